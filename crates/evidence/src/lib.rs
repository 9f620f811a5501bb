//! What was seen, when and where: observations, conversations and the Ledger.
