//! From capture-file bytes to evidence: file formats, dissectors and the flow table.
