//! LISTEN: files, folders and pipes to a ledger.
