//! The kernel's ring of received packets (`AF_PACKET`, `TPACKET_V3`): the one place with `unsafe`.
//!
//! The kernel writes packets into blocks of memory that both sides see. A block belongs to one side
//! at a time, which one is said by its status word: the kernel hands it over when it is full or old,
//! and gets it back when all of it has been read.
//! Documentation: <https://docs.kernel.org/networking/packet_mmap.html>.
//!
//! **Invariants.** Memory of a block is read only between seeing its status word say "user" and
//! writing "kernel". Offsets and lengths that stand in it are checked against the block before use,
//! as if a stranger had written them.

#![expect(unsafe_code, reason = "shared memory and socket options have no safe interface")]

use std::{
    ffi::CString,
    io, mem,
    os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd},
    ptr,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use packets::LinkType;

use super::LiveError;

/// A block's size in bytes: hundreds of packets to one wake-up.
const BLOCK_BYTES: usize = 1 << 20;
/// How many blocks: 32 MiB hold a quarter of a second at 1 Gbit/s.
const BLOCKS: usize = 32;
/// What the kernel wants to know as a frame's size; blocks of this version hold any.
const FRAME_BYTES: usize = 2048;

/// A ring on one interface.
#[derive(Debug)]
pub(super) struct Ring {
    socket: OwnedFd,
    memory: Memory,
    /// The block that is read next.
    next: usize,
    lost: u64,
    waited: Duration,
    ethernet: bool,
    /// Whether the interface went down, and nothing came since.
    down: bool,
}

/// A packet in the ring.
pub(super) struct Packet<'a> {
    pub(super) seconds: u32,
    pub(super) nanoseconds: u32,
    pub(super) wire_length: u32,
    /// The VLAN tag that the kernel took off: its type and content.
    pub(super) tag: Option<(u16, u16)>,
    pub(super) bytes: &'a [u8],
}

/// The mapped blocks.
#[derive(Debug)]
struct Memory(ptr::NonNull<u8>);

// SAFETY: the mapping belongs to this value alone and may be used from any one thread.
unsafe impl Send for Memory {}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the pointer and length are those that mmap gave; nothing borrows from it any more.
        unsafe { libc::munmap(self.0.as_ptr().cast(), BLOCK_BYTES * BLOCKS) };
    }
}

impl Ring {
    pub(super) fn open(name: &str) -> Result<Self, LiveError> {
        let index = index_of(name)?;
        let protocol = u16::try_from(libc::ETH_P_ALL).unwrap_or(3).to_be();
        // SAFETY: plain call; the result is checked.
        let raw = unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) };
        if raw < 0 {
            let error = io::Error::last_os_error();
            return Err(match error.kind() {
                io::ErrorKind::PermissionDenied => LiveError::NotAllowed,
                _ => LiveError::System { what: "opening a socket to listen with", error },
            });
        }
        // SAFETY: a new descriptor that nobody else has.
        let socket = unsafe { OwnedFd::from_raw_fd(raw) };
        let version = libc::tpacket_versions::TPACKET_V3;
        set(&socket, libc::PACKET_VERSION, &version, "asking for the ring's version")?;
        set(&socket, libc::PACKET_RX_RING, &wanted(), "asking for a ring")?;
        let memory = map(&socket)?;
        bind(&socket, index, protocol)?;
        let ethernet = hear_all(&socket, index)?;
        Ok(Self { socket, memory, next: 0, lost: 0, waited: Duration::ZERO, ethernet, down: false })
    }

    /// Listens to the interface that is called `name` now, in place of one that is gone; whether there is
    /// one. Socket and ring stay, for by now the program may have given up the right to open others.
    pub(super) fn again(&mut self, name: &str) -> Result<bool, LiveError> {
        let Some(index) = index_now(&self.socket, name) else { return Ok(false) };
        let protocol = u16::try_from(libc::ETH_P_ALL).unwrap_or(3).to_be();
        let heard =
            bind(&self.socket, index, protocol).and_then(|()| hear_all(&self.socket, index));
        match heard {
            Ok(ethernet) => self.ethernet = ethernet,
            // It went again meanwhile.
            Err(LiveError::System { error, .. }) if error.raw_os_error() == Some(libc::ENODEV) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        self.down = false;
        Ok(true)
    }

    /// What frames begin with.
    pub(super) const fn link(&self) -> LinkType {
        if self.ethernet { LinkType::ETHERNET } else { LinkType::RAW }
    }

    /// How long the last [`Ring::take`] took, waiting and reading.
    pub(super) const fn waited(&self) -> Duration {
        self.waited
    }

    /// Hands every packet of the blocks that are ready to `each`, waiting at most `patience` for the
    /// first; whether there was one. Once around the ring it comes back, however fast packets come, so
    /// that the caller gets to stop. That the interface went down is an error once; packets come again when
    /// it is up.
    #[expect(clippy::disallowed_methods, reason = "how long listening goes on is real time")]
    pub(super) fn take(
        &mut self,
        patience: Duration,
        mut each: impl FnMut(&Packet<'_>),
    ) -> Result<bool, LiveError> {
        let began = Instant::now();
        if !self.is_ready() {
            self.wait(patience)?;
        }
        let mut taken = 0;
        while taken < BLOCKS && self.is_ready() {
            let block = Block { bytes: self.block() };
            block.packets(&mut each);
            taken += 1;
            self.status().store(libc::TP_STATUS_KERNEL, Ordering::Release);
            self.next = (self.next + 1) % BLOCKS;
        }
        self.down &= taken == 0;
        self.waited = began.elapsed();
        Ok(taken > 0)
    }

    /// How many packets the kernel had no room for since the ring was opened.
    pub(super) fn lost(&mut self) -> u64 {
        let mut statistics =
            libc::tpacket_stats_v3 { tp_packets: 0, tp_drops: 0, tp_freeze_q_cnt: 0 };
        let mut length = length_of::<libc::tpacket_stats_v3>();
        // SAFETY: the structure and its length live over the call; reading sets the counts to 0.
        let result = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                ptr::from_mut(&mut statistics).cast(),
                &raw mut length,
            )
        };
        if result == 0 {
            self.lost += u64::from(statistics.tp_drops);
        }
        self.lost
    }

    /// The status word of the next block, which both sides read and write.
    fn status(&self) -> &AtomicU32 {
        let place = self.next * BLOCK_BYTES + mem::offset_of!(libc::tpacket_block_desc, hdr);
        // SAFETY: the word lies within the mapping, is aligned (blocks are pages), and is only ever
        // accessed as an atomic on this side. The status is the header's first field.
        unsafe { AtomicU32::from_ptr(self.memory.0.as_ptr().add(place).cast()) }
    }

    fn is_ready(&self) -> bool {
        self.status().load(Ordering::Acquire) & libc::TP_STATUS_USER != 0
    }

    /// The next block's bytes; only called while its status says that it is ours.
    fn block(&self) -> &[u8] {
        // SAFETY: within the mapping, and the kernel does not write to a block that is ours.
        unsafe {
            std::slice::from_raw_parts(
                self.memory.0.as_ptr().add(self.next * BLOCK_BYTES),
                BLOCK_BYTES,
            )
        }
    }

    fn wait(&mut self, patience: Duration) -> Result<(), LiveError> {
        let mut wanted = libc::pollfd {
            fd: self.socket.as_raw_fd(),
            events: libc::POLLIN | libc::POLLERR,
            revents: 0,
        };
        let milliseconds = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: one structure, which lives over the call.
        let result = unsafe { libc::poll(&raw mut wanted, 1, milliseconds) };
        let error = io::Error::last_os_error();
        if result < 0 && error.kind() != io::ErrorKind::Interrupted {
            return Err(LiveError::System { what: "waiting for packets", error });
        }
        let trouble = if wanted.revents & libc::POLLERR != 0 { self.trouble()? } else { 0 };
        self.down |= trouble == libc::ENETDOWN;
        // An interface that goes for good goes down first, and only that is told.
        if self.down && bound(&self.socket)?.sll_ifindex <= 0 {
            return Err(LiveError::Gone);
        }
        match trouble {
            0 => Ok(()),
            libc::ENETDOWN => Err(LiveError::Down),
            other => {
                let error = io::Error::from_raw_os_error(other);
                Err(LiveError::System { what: "listening", error })
            }
        }
    }

    /// The number of the error that waits at the socket, which is told once.
    fn trouble(&self) -> Result<libc::c_int, LiveError> {
        let mut number: libc::c_int = 0;
        let mut length = length_of::<libc::c_int>();
        // SAFETY: the number and its length live over the call.
        let result = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_ERROR,
                ptr::from_mut(&mut number).cast(),
                &raw mut length,
            )
        };
        checked(result, "asking what is wrong with the interface").map(|()| number)
    }
}

/// A block that is ours, read with every offset checked.
struct Block<'a> {
    bytes: &'a [u8],
}

impl Block<'_> {
    fn packets(&self, each: &mut impl FnMut(&Packet<'_>)) {
        use libc::{tpacket_block_desc, tpacket_hdr_v1};

        let header = mem::offset_of!(tpacket_block_desc, hdr);
        let count = self.word(header + mem::offset_of!(tpacket_hdr_v1, num_pkts));
        let first = self.word(header + mem::offset_of!(tpacket_hdr_v1, offset_to_first_pkt));
        let (Some(count), Some(first)) = (count, first) else { return };
        let mut place = first as usize;
        for _ in 0..count {
            let Some((packet, next)) = self.packet(place) else { return };
            each(&packet);
            if next == 0 {
                return;
            }
            place += next;
        }
    }

    /// The packet at `place`, and how far the next one is.
    fn packet(&self, place: usize) -> Option<(Packet<'_>, usize)> {
        use libc::{tpacket_hdr_variant1, tpacket3_hdr};

        let word = |offset: usize| self.word(place + offset);
        let tags = mem::offset_of!(tpacket3_hdr, hv1);
        let start = self.half(place + mem::offset_of!(tpacket3_hdr, tp_mac))?;
        let length = word(mem::offset_of!(tpacket3_hdr, tp_snaplen))?;
        let from = place.checked_add(usize::from(start))?;
        let status = word(mem::offset_of!(tpacket3_hdr, tp_status))?;
        let content = word(tags + mem::offset_of!(tpacket_hdr_variant1, tp_vlan_tci))?;
        let kind = self.half(place + tags + mem::offset_of!(tpacket_hdr_variant1, tp_vlan_tpid))?;
        let packet = Packet {
            seconds: word(mem::offset_of!(tpacket3_hdr, tp_sec))?,
            nanoseconds: word(mem::offset_of!(tpacket3_hdr, tp_nsec))?,
            wire_length: word(mem::offset_of!(tpacket3_hdr, tp_len))?,
            tag: (status & libc::TP_STATUS_VLAN_VALID != 0)
                .then_some((kind, u16::try_from(content & 0xffff).unwrap_or_default())),
            bytes: self.bytes.get(from..from.checked_add(length as usize)?)?,
        };
        Some((packet, word(mem::offset_of!(tpacket3_hdr, tp_next_offset))? as usize))
    }

    fn word(&self, place: usize) -> Option<u32> {
        let bytes = self.bytes.get(place..)?.first_chunk::<4>()?;
        Some(u32::from_ne_bytes(*bytes))
    }

    fn half(&self, place: usize) -> Option<u16> {
        let bytes = self.bytes.get(place..)?.first_chunk::<2>()?;
        Some(u16::from_ne_bytes(*bytes))
    }
}

/// The ring that is asked for.
fn wanted() -> libc::tpacket_req3 {
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    libc::tpacket_req3 {
        tp_block_size: number(BLOCK_BYTES),
        tp_block_nr: number(BLOCKS),
        tp_frame_size: number(FRAME_BYTES),
        tp_frame_nr: number(BLOCK_BYTES / FRAME_BYTES * BLOCKS),
        tp_retire_blk_tov: u32::try_from(super::PATIENCE.as_millis()).unwrap_or(100),
        tp_sizeof_priv: 0,
        tp_feature_req_word: 0,
    }
}

fn map(socket: &OwnedFd) -> Result<Memory, LiveError> {
    // SAFETY: a new mapping wherever the system likes; the result is checked.
    let memory = unsafe {
        libc::mmap(
            ptr::null_mut(),
            BLOCK_BYTES * BLOCKS,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            socket.as_raw_fd(),
            0,
        )
    };
    let failed =
        || LiveError::System { what: "mapping the ring", error: io::Error::last_os_error() };
    if memory == libc::MAP_FAILED {
        return Err(failed());
    }
    ptr::NonNull::new(memory.cast()).map(Memory).ok_or_else(failed)
}

fn bind(socket: &OwnedFd, index: i32, protocol: u16) -> Result<(), LiveError> {
    let address = libc::sockaddr_ll {
        sll_family: u16::try_from(libc::AF_PACKET).unwrap_or(17),
        sll_protocol: protocol,
        sll_ifindex: index,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    // SAFETY: the address and its length live over the call.
    let result = unsafe {
        libc::bind(
            socket.as_raw_fd(),
            ptr::from_ref(&address).cast(),
            length_of::<libc::sockaddr_ll>(),
        )
    };
    checked(result, "listening to the interface")
}

/// Asks for what the interface passes on to others, too; whether its frames begin with an Ethernet header.
fn hear_all(socket: &OwnedFd, index: i32) -> Result<bool, LiveError> {
    let membership = libc::packet_mreq {
        mr_ifindex: index,
        mr_type: u16::try_from(libc::PACKET_MR_PROMISC).unwrap_or(1),
        mr_alen: 0,
        mr_address: [0; 8],
    };
    set(socket, libc::PACKET_ADD_MEMBERSHIP, &membership, "hearing what others get")?;
    let kind = bound(socket)?.sll_hatype;
    Ok([libc::ARPHRD_ETHER, libc::ARPHRD_LOOPBACK].contains(&kind))
}

/// What the socket is bound to: the interface's index, which is negative once it is gone, and its kind.
fn bound(socket: &OwnedFd) -> Result<libc::sockaddr_ll, LiveError> {
    // SAFETY: all-zero bytes are a valid address of any family.
    let mut address: libc::sockaddr_ll = unsafe { mem::zeroed() };
    let mut length = length_of::<libc::sockaddr_ll>();
    // SAFETY: the address and its length live over the call.
    let result = unsafe {
        libc::getsockname(socket.as_raw_fd(), ptr::from_mut(&mut address).cast(), &raw mut length)
    };
    checked(result, "asking what the interface is").map(|()| address)
}

fn set<T>(
    socket: &OwnedFd,
    option: libc::c_int,
    value: &T,
    what: &'static str,
) -> Result<(), LiveError> {
    // SAFETY: the value and its length live over the call.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            option,
            ptr::from_ref(value).cast(),
            length_of::<T>(),
        )
    };
    checked(result, what)
}

fn checked(result: libc::c_int, what: &'static str) -> Result<(), LiveError> {
    if result == 0 {
        Ok(())
    } else {
        Err(LiveError::System { what, error: io::Error::last_os_error() })
    }
}

fn length_of<T>() -> libc::socklen_t {
    libc::socklen_t::try_from(mem::size_of::<T>()).unwrap_or(libc::socklen_t::MAX)
}

fn index_of(name: &str) -> Result<i32, LiveError> {
    let unknown = || LiveError::NoInterface { name: name.to_owned(), known: interfaces() };
    let text = CString::new(name).map_err(|_| unknown())?;
    // SAFETY: a text that ends in a zero and lives over the call.
    let index = unsafe { libc::if_nametoindex(text.as_ptr()) };
    i32::try_from(index).ok().filter(|index| *index > 0).ok_or_else(unknown)
}

/// The index of the interface that is called `name` now, asked for without opening another socket.
fn index_now(socket: &OwnedFd, name: &str) -> Option<i32> {
    /// `SIOCGIFINDEX` (netdevice(7)), whose type differs from one C library to another.
    const INDEX_OF_NAME: u16 = 0x8933;

    // SAFETY: all-zero bytes are a valid request.
    let mut request: libc::ifreq = unsafe { mem::zeroed() };
    // The last byte stays zero: it ends the name.
    let room = request.ifr_name.len() - 1;
    for (to, from) in request.ifr_name.iter_mut().take(room).zip(name.bytes()) {
        *to = libc::c_char::from_ne_bytes([from]);
    }
    // SAFETY: the request lives over the call, which writes into it alone.
    let result = unsafe {
        libc::ioctl(socket.as_raw_fd(), INDEX_OF_NAME.into(), ptr::from_mut(&mut request))
    };
    // SAFETY: a number of which every value is valid, and which the call has written.
    let index = unsafe { request.ifr_ifru.ifru_ifindex };
    (result == 0 && index > 0).then_some(index)
}

/// The names of the interfaces there are.
fn interfaces() -> Vec<String> {
    let mut names = Vec::new();
    // SAFETY: a list that the system makes and that ends in an entry of index 0; names are texts
    // that end in a zero; the list is given back once, after the last use.
    unsafe {
        let list = libc::if_nameindex();
        let mut entry = list;
        while !entry.is_null() && (*entry).if_index != 0 && !(*entry).if_name.is_null() {
            let name = std::ffi::CStr::from_ptr((*entry).if_name);
            names.push(name.to_string_lossy().into_owned());
            entry = entry.add(1);
        }
        if !list.is_null() {
            libc::if_freenameindex(list);
        }
    }
    names.sort_unstable();
    names
}
