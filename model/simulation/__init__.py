"""Run a scenario for a municipality and answer what came of it: caseloads, flows, states."""
