//! Reads captures and prints how much evidence is in them: for measuring.
#![expect(clippy::print_stdout, reason = "an example prints")]

use evidence::{Limits, Recorder};

fn main() {
    let mut recorder = Recorder::new(Limits::default());
    let mut dissector = packets::Dissector::new(&packets::Settings::default());
    for name in std::env::args().skip(1) {
        for input in capture::expand(&name).into_iter().flatten() {
            let limits = capture::Limits::default();
            let result = capture::read(&input, &limits, &mut dissector, &mut recorder, &mut |_| {});
            if let Err(error) = result {
                println!("{error}");
            }
        }
    }
    let ledger = recorder.finish();
    for source in ledger.sources.values() {
        println!("{source:?}");
    }
    let hosts = ledger.hosts().count();
    let observations: usize = ledger.hosts().map(|(_, it)| it.observations().len()).sum();
    let conversations: usize = ledger.hosts().map(|(_, it)| it.conversations().len()).sum();
    println!("{hosts} hosts, {observations} observations, {conversations} conversations");
    println!("{:?}", ledger.dropped);
    if std::env::var_os("SHOW").is_some() {
        for (host, record) in ledger.hosts() {
            println!("{host}");
            for it in record.observations() {
                println!("  {} = {:?} x{}", it.field, it.value, it.seen.count);
            }
            for it in record.conversations() {
                println!("  {} {:?}", it.service, it.traffic);
            }
        }
    }
}
