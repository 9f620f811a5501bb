//! From evidence and knowledge to devices, identities, destinations, findings and advice.
