//! The socket, and how much of us somebody on the other side of it may hold: connections, time, bytes.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use thiserror::Error;
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt as _;

use crate::{house::House, routes::router};

/// Why nothing can be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("{address} cannot be served: {error}; another program may hold it, try --listen")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The system failed later.
    #[error("serving failed: {0}")]
    System(#[from] io::Error),
}

/// Takes `address`, before anything else is done: whoever starts two programs hears of it at once.
///
/// # Errors
///
/// [`ServeError::Bind`] where it cannot be had.
pub fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    bind().map_err(|error| ServeError::Bind { address, error })
}

/// Answers on `listener` until `stop` is set. One thread does it all; whoever listens to the
/// network does so on others.
///
/// # Errors
///
/// [`ServeError::System`] if the socket fails.
pub fn serve(
    house: &Arc<House>,
    listener: TcpListener,
    stop: &AtomicBool,
) -> Result<(), ServeError> {
    serve_within(house, listener, stop, Limits::default())
}

fn serve_within(
    house: &Arc<House>,
    listener: TcpListener,
    stop: &AtomicBool,
    limits: Limits,
) -> Result<(), ServeError> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(MOST_ANSWERS).build()?;
    let routes = router(house);
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::select! {
            () = accept(&listener, &routes, limits) => {}
            () = set(stop) => {}
        }
        Ok(())
    });
    // Open streams of events would keep the program alive for ever.
    runtime.shutdown_background();
    served
}

/// Answers that are made at the same time; further ones wait. Our choice: more than one home's visitors ask for.
const MOST_ANSWERS: usize = 32;

/// How much of this program somebody who comes by the network may hold.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Connections at the same time; more wait.
    connections: usize,
    /// Connections at the same time from one address; more are closed.
    from_one: usize,
    /// How long the head of a request may take to arrive, and a connection may be idle.
    head: Duration,
    /// Bytes of a request's head.
    head_bytes: usize,
}

/// Our choice: a household's pages many times over. A browser keeps one connection open for each page.
impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            from_one: 128,
            head: Duration::from_secs(15),
            head_bytes: 32 << 10,
        }
    }
}

/// Connections now open, by address.
type Open = Arc<Mutex<BTreeMap<IpAddr, usize>>>;

/// A connection's place; it is given back when the connection ends.
struct Place {
    from: IpAddr,
    open: Open,
    _seat: OwnedSemaphorePermit,
}

impl Place {
    /// A place for `from`, unless it has as many as one address may.
    fn of(from: IpAddr, open: &Open, seat: OwnedSemaphorePermit, most: usize) -> Option<Self> {
        let mut all = open.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = all.entry(from).or_default();
        if *mine >= most {
            return None;
        }
        *mine += 1;
        Some(Self { from, open: Arc::clone(open), _seat: seat })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = all.get_mut(&self.from) {
            *mine -= 1;
            if *mine == 0 {
                all.remove(&self.from);
            }
        }
    }
}

/// Takes connections for ever.
async fn accept(listener: &tokio::net::TcpListener, routes: &Router, limits: Limits) {
    /// Before another try where the system has no more to give, such as file descriptors.
    const PAUSE: Duration = Duration::from_millis(200);

    let seats = Arc::new(Semaphore::new(limits.connections));
    let open = Open::default();
    while let Ok(seat) = Arc::clone(&seats).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, from)) => {
                let place = Place::of(from.ip().to_canonical(), &open, seat, limits.from_one);
                if let Some(place) = place {
                    tokio::spawn(answer(stream, from, routes.clone(), limits, place));
                }
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Answers one connection until it ends.
async fn answer(stream: TcpStream, from: SocketAddr, routes: Router, limits: Limits, place: Place) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        routes.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever hangs up, is too slow or speaks something else is no error of ours.
    let _ = connection.await;
    drop(place);
}

/// Waits until `flag` is set; a signal can do no more than set it.
async fn set(flag: &AtomicBool) {
    const OFTEN: Duration = Duration::from_millis(100);

    while !flag.load(Ordering::Relaxed) {
        tokio::time::sleep(OFTEN).await;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
        thread::JoinHandle,
    };

    use knowledge::{Knowledge, Pack};
    use reports::Options;

    use super::*;
    use crate::{Gate, Keys};

    /// Far longer than anything here takes.
    const PATIENCE: Duration = Duration::from_mins(1);

    const LIMITS: Limits = Limits {
        connections: 4,
        from_one: 2,
        head: Duration::from_millis(300),
        head_bytes: 8 << 10,
    };

    #[test]
    fn a_request_that_never_ends_is_hung_up_on() {
        let server = Server::start();
        let mut slow = server.connect();
        slow.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
        let mut rest = Vec::new();
        // It may say that time is over before.
        slow.read_to_end(&mut rest).unwrap();
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }

    #[test]
    fn a_head_of_any_size_is_not_taken() {
        let server = Server::start();
        let mut large = server.connect();
        let head =
            format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "a".repeat(64 << 10));
        // The answer may come before all of it was sent.
        let _ = large.write_all(head.as_bytes());
        let mut answer = Vec::new();
        let _ = large.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"), "{answer:?}");
    }

    #[test]
    fn one_address_cannot_keep_others_out_and_places_are_given_back() {
        let server = Server::start();
        let held: Vec<_> = (0..8).map(|_| server.connect()).collect();
        // All of them are closed in the end: those too many at once, the others for saying nothing.
        for mut each in held {
            let _ = each.read(&mut [0]);
        }
        let mut again = server.connect();
        again.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        again.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[test]
    fn places_are_counted_by_address() {
        let (open, seats) = (Open::default(), Arc::new(Semaphore::new(9)));
        let take = |from: &str| {
            let seat = Arc::clone(&seats).try_acquire_owned().unwrap();
            Place::of(from.parse().unwrap(), &open, seat, 2)
        };
        let (first, second) = (take("192.0.2.1"), take("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(take("192.0.2.1").is_none());
        assert!(take("192.0.2.2").is_some());
        drop(first);
        assert!(take("192.0.2.1").is_some());
    }

    struct Server {
        address: SocketAddr,
        stop: Arc<AtomicBool>,
        thread: Option<JoinHandle<()>>,
    }

    impl Server {
        fn start() -> Self {
            let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
            let address = listener.local_addr().unwrap();
            let gate = Gate::new(Keys::default(), address.ip(), Vec::new()).unwrap();
            let knowledge = Knowledge::new(Pack::default());
            let house = Arc::new(House::new(knowledge, Options::default(), gate));
            let stop = Arc::new(AtomicBool::new(false));
            let asked = Arc::clone(&stop);
            let thread = std::thread::spawn(move || {
                serve_within(&house, listener, &asked, LIMITS).unwrap();
            });
            Self { address, stop, thread: Some(thread) }
        }

        fn connect(&self) -> TcpStream {
            let stream = TcpStream::connect(self.address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::Relaxed);
            self.thread.take().map(JoinHandle::join);
        }
    }
}
