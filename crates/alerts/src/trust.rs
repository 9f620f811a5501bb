//! Whose certificates are trusted: those the machine trusts, or one that the user names.
//!
//! No list is built in: a machine keeps its own up to date for years after a program was built, and who
//! runs an authority at home has it there already.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::SendError;

/// The certificates to trust: of the file, else of the machine.
///
/// # Errors
///
/// [`SendError`] if there are none.
pub(crate) fn roots(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, SendError> {
    let Some(path) = file else {
        let found = rustls_native_certs::load_native_certs().certs;
        if found.is_empty() {
            return Err(SendError::setup(
                "this machine has no list of trusted certificates: install the package \
                 ca-certificates, or name a file with ca_file",
            ));
        }
        return Ok(found);
    };
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let found: Vec<_> = read.map_err(|_| {
        SendError::setup(format!("{} could not be read as certificates (PEM)", path.display()))
    })?;
    if found.is_empty() {
        return Err(SendError::setup(format!("{} holds no certificate", path.display())));
    }
    Ok(found)
}

/// How TLS is spoken.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// A client that trusts those.
///
/// # Errors
///
/// [`SendError`] if there are none.
pub(crate) fn client(file: Option<&Path>) -> Result<Arc<ClientConfig>, SendError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots(file)?);
    let versions = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| SendError::setup(error.to_string()))?;
    Ok(Arc::new(versions.with_root_certificates(store).with_no_client_auth()))
}
