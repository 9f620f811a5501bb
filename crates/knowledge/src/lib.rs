//! The knowledge pack: its types, loader, indexes and linter.
