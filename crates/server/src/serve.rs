//! The socket.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use thiserror::Error;

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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let routes = router(house).into_make_service_with_connect_info::<SocketAddr>();
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::select! {
            served = async { axum::serve(listener, routes).await } => served,
            () = set(stop) => Ok(()),
        }
    });
    // Open streams of events would keep the program alive for ever.
    runtime.shutdown_background();
    Ok(served?)
}

/// Waits until `flag` is set; a signal can do no more than set it.
async fn set(flag: &AtomicBool) {
    const OFTEN: Duration = Duration::from_millis(100);

    while !flag.load(Ordering::Relaxed) {
        tokio::time::sleep(OFTEN).await;
    }
}
