//! How the bus is: for `/health`, the log, and staff in play.
