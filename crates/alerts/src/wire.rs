//! A connection to a server that the user named, in the clear or over TLS, with an end to every wait: for
//! each answer, and for all of it, so that a server that drips cannot hold anybody.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    path::Path,
    time::{Duration, Instant},
};

use rustls::{ClientConnection, StreamOwned, pki_types::ServerName};

use crate::{SendError, trust};

/// How long to wait for a connection, and for each answer on it.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long all that belongs to one message may take.
const WHOLE: Duration = Duration::from_secs(40);

/// A connection.
pub(crate) enum Wire {
    Plain(Timed),
    Secure(Box<StreamOwned<ClientConnection, Timed>>),
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
                Ok(socket) => {
                    socket.set_nodelay(true)?;
                    return Ok(Self::Plain(Timed { socket, until: instant() + WHOLE }));
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
        let Self::Plain(timed) = self else { return Ok(self) };
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| SendError::setup(format!("{host} is no name of a server")))?;
        let connection = ClientConnection::new(trust::client(trusted)?, name)
            .map_err(|error| SendError::setup(error.to_string()))?;
        let mut secure = StreamOwned::new(connection, timed);
        while secure.conn.is_handshaking() {
            secure.conn.complete_io(&mut secure.sock)?;
        }
        Ok(Self::Secure(Box::new(secure)))
    }

    /// Another message begins, with time of its own.
    pub(crate) fn begin(&mut self) {
        let until = instant() + WHOLE;
        match self {
            Self::Plain(timed) => timed.until = until,
            Self::Secure(secure) => secure.sock.until = until,
        }
    }

    pub(crate) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(timed) => &timed.socket,
            Self::Secure(secure) => &secure.sock.socket,
        }
    }
}

/// A socket that waits until a moment and no longer.
pub(crate) struct Timed {
    socket: TcpStream,
    until: Instant,
}

impl Timed {
    /// How long may still be waited.
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(instant());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left.min(PATIENCE)) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(timed) => timed.read(buffer),
            Self::Secure(secure) => secure.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(timed) => timed.write(bytes),
            Self::Secure(secure) => secure.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(timed) => timed.flush(),
            Self::Secure(secure) => secure.flush(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long to wait is no part of any answer")]
fn instant() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn nothing_is_waited_for_once_the_time_is_over() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut wire = Wire::dial("127.0.0.1", address.port()).unwrap();
        let Wire::Plain(timed) = &mut wire else { panic!() };
        timed.until = instant();
        let over = Some(io::ErrorKind::TimedOut);
        assert_eq!(wire.read(&mut [0]).err().map(|it| it.kind()), over);
        assert_eq!(wire.write(&[0]).err().map(|it| it.kind()), over);
        wire.begin();
        assert!(wire.write(&[0]).is_ok());
    }
}
