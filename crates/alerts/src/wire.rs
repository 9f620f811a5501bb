//! A connection to a server that the user named, in the clear or over TLS, with an end to every wait.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    path::Path,
    time::Duration,
};

use rustls::{ClientConnection, StreamOwned, pki_types::ServerName};

use crate::{SendError, trust};

/// How long to wait for a connection, and for each answer on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// A connection.
pub(crate) enum Wire {
    Plain(TcpStream),
    Secure(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Wire {
    /// Connects to the first address of the name that answers.
    pub(crate) fn dial(host: &str, port: u16) -> Result<Self, SendError> {
        let found = (host, port).to_socket_addrs();
        let found: Vec<SocketAddr> = found
            .map_err(|_| SendError::moment(format!("no address was found for {host}")))?
            .collect();
        let mut failure = SendError::moment(format!("no address was found for {host}"));
        for address in found.into_iter().take(4) {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(PATIENCE))?;
                    stream.set_write_timeout(Some(PATIENCE))?;
                    stream.set_nodelay(true)?;
                    return Ok(Self::Plain(stream));
                }
                Err(error) => {
                    failure =
                        SendError::moment(format!("{host} port {port} does not answer: {error}"));
                }
            }
        }
        Err(failure)
    }

    /// The same over TLS, once the server has shown a certificate for `host` that is trusted.
    pub(crate) fn secure(self, host: &str, trusted: Option<&Path>) -> Result<Self, SendError> {
        let Self::Plain(stream) = self else { return Ok(self) };
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| SendError::setup(format!("{host} is no name of a server")))?;
        let connection = ClientConnection::new(trust::client(trusted)?, name)
            .map_err(|error| SendError::setup(error.to_string()))?;
        let mut secure = StreamOwned::new(connection, stream);
        while secure.conn.is_handshaking() {
            secure.conn.complete_io(&mut secure.sock)?;
        }
        Ok(Self::Secure(Box::new(secure)))
    }

    pub(crate) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Secure(stream) => &stream.sock,
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Secure(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Secure(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Secure(stream) => stream.flush(),
        }
    }
}
