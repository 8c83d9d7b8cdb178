"""Run the app on a server: container, service, proxy, locked versions, bill of materials."""
