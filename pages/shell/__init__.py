"""Frame every page: startup, navigation, toolbar, notices, dialogs, downloads."""
