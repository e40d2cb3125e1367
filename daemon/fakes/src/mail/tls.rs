//! The encrypted side of the loopback mail servers.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

/// The authority behind the servers' certificate.
pub const AUTHORITY_PEM: &[u8] = include_bytes!("tls/authority.pem");
const CERTIFICATE_PEM: &[u8] = include_bytes!("tls/certificate.pem");
const KEY_PEM: &[u8] = include_bytes!("tls/key.pem");

/// Octets in both directions.
pub(crate) trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// The server's half of a handshake.
pub(crate) async fn accept(line: Box<dyn Line>) -> io::Result<Box<dyn Line>> {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE_PEM).map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(KEY_PEM).map_err(io::Error::other)?;
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .map_err(io::Error::other)?;
    Ok(Box::new(TlsAcceptor::from(Arc::new(config)).accept(line).await?))
}
