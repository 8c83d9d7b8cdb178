"""Forecasts of the monthly figures of the 98 municipalities, their predictive bands, and simple forecasts."""
