//! The lab's router and cloud, and `houseguest watch` on the router.

use std::{
    fs,
    path::Path,
    process::{Child, Command},
    sync::{Mutex, PoisonError},
};

use super::{
    api::{self, ADDRESS, wait},
    country::{self, Place},
    devices::Placed,
    spaces::{FOLDER, Space, cable, done, furnish, write},
    which,
};
use crate::steps::say;

/// The router's address at home; devices are numbered beside it.
pub(super) const HOME: &str = "192.168.77.1";

/// The name of every server in the cloud.
pub(super) const CLOUD: &str = "cloud.example";

/// How often `watch` writes down what it heard, and how long a weakness must not show for its step to be
/// ticked: as anybody may set them, only that a home has more time.
const SETTINGS: [&str; 6] = ["--write-every", "2s", "--tick-after", SILENCE, "--learn-for", "0s"];

/// See [`SETTINGS`].
pub(super) const SILENCE: &str = "20s";

/// The home, running.
pub(super) struct Home {
    pub(super) router: Space,
    pub(super) cloud: Space,
    /// Where the servers stand that everything at home knows.
    pub(super) usual: Place,
    /// Where nothing at home has anything to do.
    pub(super) foreign: Place,
    /// What runs, by what it is for.
    running: Mutex<Vec<(&'static str, Child)>>,
}

impl Home {
    /// Builds it.
    pub(super) fn build() -> Result<Self, String> {
        furnish(HOME)?;
        let [usual, foreign] = country::two()?;
        let (router, cloud) = (Space::make("router")?, Space::make("cloud")?);
        router.ip("link add br0 type bridge mcast_snooping 0")?;
        router.ip("link set br0 address 00:00:5e:00:53:01")?;
        router.ip(&format!("address add {HOME}/24 dev br0"))?;
        router.ip("link set br0 up")?;
        cable((&router, "wan"), (&cloud, "wan"))?;
        router.ip("address add 192.0.2.1/24 dev wan")?;
        cloud.ip("address add 192.0.2.2/24 dev wan")?;
        for space in [&router, &cloud] {
            space.ip("link set wan up")?;
        }
        router.ip("route add default via 192.0.2.2")?;
        cloud.ip("route add 192.168.77.0/24 via 192.0.2.1")?;
        for place in [&usual, &foreign] {
            cloud.ip(&format!("address add {}/32 dev lo", place.address))?;
        }
        router.set("ipv4/ip_forward", "1")?;
        let home = Self { router, cloud, usual, foreign, running: Mutex::default() };
        home.translate();
        home.names()?;
        home.servers()?;
        Ok(home)
    }

    /// Hides the home's addresses from the cloud, as home routers do.
    fn translate(&self) {
        const RULES: &str = "table ip lab { chain out { type nat hook postrouting priority 100 ; \
            oifname \"wan\" masquerade ; } ; } ;";

        let Some(nft) = which("nft") else {
            say("skipped: nft (nftables) is not installed: the router translates no addresses");
            return;
        };
        if let Err(why) = done(self.router.command(nft).arg(RULES)) {
            say(&format!("skipped: the router translates no addresses: {why}"));
        }
    }

    /// Addresses and names for the devices.
    fn names(&self) -> Result<(), String> {
        let Some(dnsmasq) = which("dnsmasq") else {
            say("skipped: dnsmasq is not installed: no DHCP, and no names but by address");
            return Ok(());
        };
        let mut command = self.router.command(dnsmasq);
        command
            .args(["--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv"])
            .args(["--no-hosts", "--pid-file=", "--interface=br0", "--bind-interfaces"])
            .args(["--dhcp-range=192.168.77.100,192.168.77.199,1h", "--dhcp-authoritative"])
            .arg(format!("--dhcp-leasefile={FOLDER}/leases"))
            .arg(format!("--address=/{CLOUD}/{}", self.usual.address));
        let child = self.router.start("dnsmasq", &mut command)?;
        self.keep("dnsmasq", child);
        Ok(())
    }

    /// The cloud's servers: clear HTTP, and TLS of any version where there is `openssl`.
    fn servers(&self) -> Result<(), String> {
        for place in [&self.usual, &self.foreign] {
            let address = format!("{}:80", place.address);
            let child =
                self.cloud.start(&place.country, self.cloud.player("answer")?.arg(address))?;
            self.keep("answer", child);
        }
        let Some(openssl) = which("openssl") else {
            say("skipped: openssl is not installed: nothing in the cloud speaks TLS");
            return Ok(());
        };
        let place = |name: &str| Path::new(FOLDER).join(name);
        let (key, certificate) = (place("key.pem"), place("certificate.pem"));
        done(
            Command::new(&openssl)
                .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj"])
                .arg(format!("/CN={CLOUD}"))
                .arg("-keyout")
                .arg(&key)
                .arg("-out")
                .arg(&certificate),
        )?;
        let mut command = self.cloud.command(openssl);
        command
            .args(["s_server", "-www", "-quiet", "-min_protocol", "TLSv1"])
            .args(["-cipher", "ALL:@SECLEVEL=0", "-accept"])
            .arg(format!("{}:443", self.usual.address))
            .arg("-key")
            .arg(&key)
            .arg("-cert")
            .arg(&certificate);
        let child = self.cloud.start("tls", &mut command)?;
        self.keep("tls", child);
        Ok(())
    }

    /// Starts `watch` on the router and waits until it answers.
    pub(super) fn watch(&self, program: &Path) -> Result<(), String> {
        let folder = Path::new(FOLDER).join("data");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut command = self.router.command(program);
        command
            .args(["watch", "-i", "br0", "--listen", ADDRESS, "--state"])
            .arg(Path::new(FOLDER).join("state"))
            .args(SETTINGS)
            .env("HOUSEGUEST_DATA", folder)
            // Root in here is nobody else's business.
            .env_remove("SUDO_UID");
        let child = self.router.start("watch", &mut command)?;
        self.keep("watch", child);
        let answers = || api::ask(&self.router, "status").ok();
        let (status, _) = wait("watch answering", answers).map_err(|why| {
            let said = fs::read_to_string(self.router.log("watch")).unwrap_or_default();
            format!("{why}; it said: {said}")
        })?;
        say(&format!(
            "watch: {}",
            status.get("confined").and_then(|it| it.as_str()).unwrap_or("not said")
        ));
        Ok(())
    }

    /// Keeps what runs.
    pub(super) fn keep(&self, what: &'static str, child: Child) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push((what, child));
    }

    /// Whether what runs for that still does; its last words if not.
    pub(super) fn still_up(&self, what: &str) -> Result<(), String> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, child) in running.iter_mut().filter(|(name, _)| *name == what) {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("{what} ended with {status}"));
            }
        }
        Ok(())
    }

    /// Plugs a device's cable in: from now on it may be heard.
    pub(super) fn plug_in(&self, device: &Placed) -> Result<(), String> {
        let Placed { space, .. } = device;
        let port = format!("p{}", device.number);
        cable((space, "eth0"), (&self.router, &port))?;
        space.ip(&format!("link set eth0 address {}", device.mac()))?;
        self.router.ip(&format!("link set {port} master br0"))?;
        self.router.ip(&format!("link set {port} up"))?;
        if !device.asks_for_an_address {
            space.ip(&format!("address add {}/24 dev eth0", device.address()))?;
        }
        space.ip("link set eth0 up")?;
        if !device.asks_for_an_address {
            space.ip(&format!("route add default via {HOME}"))?;
        }
        Ok(())
    }
}

/// Writes a configuration beside everything else the lab writes; its place.
pub(super) fn configuration(name: &str, text: &str) -> Result<String, String> {
    let path = Path::new(FOLDER).join(name);
    write(&path, text)?;
    Ok(path.display().to_string())
}

/// Whether the router gave an address to who calls itself `name`.
pub(super) fn leased(name: &str) -> Result<(), String> {
    let leases = fs::read_to_string(Path::new(FOLDER).join("leases")).unwrap_or_default();
    if leases.contains(name) { Ok(()) } else { Err(format!("no address for {name}")) }
}
