//! What dnsmasq writes to its log: who asked for which name (`log-queries`), what was answered, and which
//! address it leased to whom. Blockers built on it write the same lines.
//!
//! `query[A] name from address`, then `reply name is address`, or `cached`, `config`, a file's name and others
//! where the answer comes from elsewhere. With
//! `log-queries=extra` a number and the asker stand before each; without, an answer is that of whoever asked
//! for the name it begins with. An alias is followed by its target on the next line.

mod leasing;

use std::{collections::BTreeMap, net::IpAddr};

use evidence::{Timestamp, fields};
use leasing::Leasing;

use super::{
    Line, Lines, Scribe,
    prefix::{message, stamp},
    scribe::{address, answered, asker, domain},
};

/// How many questions wait for their answers; our choice, far above what a home asks at once.
const MOST_OPEN: usize = 4_096;

/// How many askers one name waits for; our choice.
const MOST_ASKERS: usize = 16;

/// The program's name, and the ending of that part of it that leases addresses.
const PROGRAM: &str = "dnsmasq";
const LEASING: &str = "-dhcp";

/// What stands for an address where a name is an alias.
const ALIAS: &str = "<CNAME>";

/// Reads such a log.
#[derive(Debug, Default)]
pub(super) struct Dnsmasq {
    /// Who asked for a name: with numbers by number, else by name.
    open: BTreeMap<Key, Open>,
    /// In which order they were asked, to forget the oldest.
    asked: u64,
    ages: BTreeMap<u64, Key>,
    /// The question that an alias leads on from, and the name it led to, once an answer told that.
    alias: Option<(Key, Option<String>)>,
    leasing: Leasing,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Name(String),
}

#[derive(Debug, Default)]
struct Open {
    name: String,
    askers: Vec<IpAddr>,
    answered: bool,
    age: u64,
}

impl Lines for Dnsmasq {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        let (time, rest) = stamp(line);
        let Some((part, text)) = message(rest, PROGRAM) else {
            return Line::Skipped("lines of other programs");
        };
        let at = match time {
            Some(time) => scribe.clock.moment(time),
            None => Some(scribe.clock.written),
        };
        let Some(at) = at else { return Line::Malformed };
        match part {
            "" => self.resolving(text, at, scribe),
            LEASING => self.leasing.line(text, at, scribe),
            _ => Line::Skipped("other messages"),
        }
    }
}

impl Dnsmasq {
    fn resolving(&mut self, text: &str, at: Timestamp, scribe: &mut Scribe<'_>) -> Line {
        let mut words = text.split(' ').peekable();
        let number = numbered(text);
        if number.is_some() {
            let _ = (words.next(), words.next());
        }
        if words.peek().is_some_and(|it| matches!(*it, "UDP" | "TCP")) {
            words.next();
        }
        let Some(verb) = words.next() else { return Line::Malformed };
        let rest: Vec<_> = words.take(4).collect();
        match (verb, rest.as_slice()) {
            // A name may hold spaces, and so look like the end of a line; what is longer is none of ours.
            (verb, [name, "from", ip]) if verb.starts_with("query[") => {
                Line::of(self.question(number, name, ip, at, scribe))
            }
            (verb, _) if verb.starts_with("query[") => Line::Malformed,
            // From others, from memory, from lists of its own: all of it was told to whoever asked.
            (_, [name, "is", answer]) => {
                self.answer(number, name, answer, at, scribe);
                Line::Read
            }
            (_, [_, "is", _, why]) if why.starts_with("(EDE:") => Line::Read,
            ("forwarded", _) => Line::Skipped("questions passed on"),
            _ => Line::Skipped("other messages"),
        }
    }

    fn question(
        &mut self,
        number: Option<u64>,
        name: &str,
        ip: &str,
        at: Timestamp,
        scribe: &mut Scribe<'_>,
    ) -> Option<()> {
        let (ip, name) = (address(ip)?, domain(name));
        let key = number.map_or_else(|| Key::Name(name.clone()), Key::Number);
        let age = self.asked;
        self.asked += 1;
        let open = self.open.entry(key.clone()).or_default();
        self.ages.remove(&open.age);
        self.ages.insert(age, key);
        if std::mem::take(&mut open.answered) || open.name != name {
            open.askers.clear();
        }
        (open.age, open.name) = (age, name.clone());
        if !open.askers.contains(&ip) && open.askers.len() < MOST_ASKERS {
            open.askers.push(ip);
        }
        if self.open.len() > MOST_OPEN
            && let Some((_, oldest)) = self.ages.pop_first()
        {
            self.open.remove(&oldest);
        }
        // Its own questions are nobody's.
        let _ = scribe.question(ip, &name, at);
        Some(())
    }

    fn answer(
        &mut self,
        number: Option<u64>,
        name: &str,
        answer: &str,
        at: Timestamp,
        scribe: &mut Scribe<'_>,
    ) {
        let name = domain(name);
        let own = number.map_or_else(|| Key::Name(name.clone()), Key::Number);
        let alias = self.alias.take();
        let led = |(_, to): &(Key, Option<String>)| to.as_ref().is_none_or(|it| *it == name);
        let (key, to) = if self.open.contains_key(&own) {
            (own, None)
        } else if let Some((key, _)) = alias.filter(led).filter(|_| number.is_none()) {
            (key, Some(name.clone()))
        } else {
            // Its question was asked before this log began.
            return;
        };
        let Some(open) = self.open.get_mut(&key) else { return };
        open.answered = true;
        if answer == ALIAS {
            self.alias = Some((key, None));
        } else if to.is_some() {
            self.alias = Some((key, to));
        }
        let Some(ip) = address(answer).and_then(answered) else { return };
        let lines = [Some(&open.name), (open.name != name).then_some(&name)];
        for host in open.askers.iter().filter_map(|ip| asker(*ip)) {
            for name in lines.into_iter().flatten() {
                scribe.note(host, fields::DNS_ANSWER, &format!("{name} {ip}"), at);
            }
        }
    }
}

/// `12 192.168.1.5/40000 `: the question's number where `log-queries=extra` puts it.
fn numbered(text: &str) -> Option<u64> {
    let mut words = text.split(' ');
    let number = words.next()?.parse().ok()?;
    words.next()?.contains('/').then_some(number)
}

/// Whether `line` is of such a log.
pub(super) fn recognises(line: &str) -> bool {
    message(stamp(line).1, PROGRAM).is_some()
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    #[test]
    fn questions_are_their_askers() {
        check(
            "Nov 22 09:59:00 dnsmasq[1]: query[A] Api.Vendor.example from 192.168.1.5\n\
             Nov 22 09:59:00 dnsmasq[1]: forwarded api.vendor.example to 9.9.9.9\n\
             Nov 22 09:59:00 dnsmasq[1]: reply api.vendor.example is 198.51.100.7\n\
             Nov 22 09:59:01 dnsmasq[1]: query[A] api.vendor.example from 192.168.1.6\n\
             Nov 22 09:59:01 dnsmasq[1]: cached api.vendor.example is 198.51.100.7\n\
             Nov 22 09:59:02 dnsmasq[1]: query[PTR] a.example from 127.0.0.1\n",
            &[
                "192.168.1.5 dns.answer api.vendor.example 198.51.100.7 3 @2026-11-22T09:59:00Z",
                "192.168.1.5 dns.query api.vendor.example 1 @2026-11-22T09:59:00Z",
                "192.168.1.6 dns.answer api.vendor.example 198.51.100.7 5 @2026-11-22T09:59:01Z",
                "192.168.1.6 dns.query api.vendor.example 4 @2026-11-22T09:59:01Z",
                "skipped questions passed on 1",
            ],
        );
    }

    #[test]
    fn aliases_lead_to_addresses_of_the_name_asked_for() {
        let expected = [
            "192.168.1.5 dns.answer a.example 198.51.100.7 4 @2026-11-22T09:59:00Z",
            "192.168.1.5 dns.answer edge.example 198.51.100.7 4 @2026-11-22T09:59:00Z",
            "192.168.1.5 dns.query a.example 1 @2026-11-22T09:59:00Z",
        ];
        let query = "query[A] a.example from 192.168.1.5";
        let replies = [
            "reply a.example is <CNAME>",
            "reply c.example is <CNAME>",
            "reply edge.example is 198.51.100.7",
        ];
        let lines = |before: &str| {
            let all = [query].into_iter().chain(replies);
            let line = |text: &str| format!("Nov 22 09:59:00 dnsmasq[1]: {before}{text}\n");
            all.map(line).collect::<Vec<_>>().concat()
        };
        check(&lines(""), &expected);
        check(&lines("17 192.168.1.5/40000 "), &expected);
    }

    #[test]
    fn an_answer_to_a_question_before_the_log_is_nobodys() {
        let expected = [
            "192.168.1.5 dns.answer a.example 198.51.100.7 2 @2026-11-22T09:59:00Z",
            "192.168.1.5 dns.query a.example 1 @2026-11-22T09:59:00Z",
        ];
        let lines = |[first, late]: [&str; 2]| {
            format!(
                "Nov 22 09:59:00 dnsmasq[1]: {first}query[A] a.example from 192.168.1.5\n\
                 Nov 22 09:59:00 dnsmasq[1]: {first}reply a.example is 198.51.100.7\n\
                 Nov 22 09:59:00 dnsmasq[1]: {late}reply late.example is 203.0.113.9\n"
            )
        };
        check(&lines(["", ""]), &expected);
        check(&lines(["17 192.168.1.5/40000 ", "16 192.168.1.6/40000 "]), &expected);
    }

    /// Devices choose the names that they ask for, and what they say to other programs that log.
    #[test]
    fn nobody_speaks_for_another_by_a_name_with_spaces() {
        check(
            "Nov 22 09:59:00 dnsmasq[1]: query[A] a.example from 192.168.1.5\n\
             Nov 22 09:59:00 dnsmasq[1]: query[A] x from 192.168.1.5 from 192.168.1.66\n\
             Nov 22 09:59:00 dnsmasq[1]: reply a.example is 203.0.113.9 .b is 198.51.100.7\n\
             Nov 22 09:59:00 dnsmasq[1]: reply error is SERVFAIL (EDE: network error)\n\
             Nov 22 09:59:00 box sshd[7]: Invalid user dnsmasq: query[A] y from 192.168.1.5\n\
             Nov 22 09:59:00 box sshd[7]: user x: Nov 22 09:59:00 dnsmasq: query[A] y from 192.168.1.5\n\
             Nov 22 09:59:00 box pihole: Nov 22 09:59:00 dnsmasq[1]: query[A] z.example from 192.168.1.5\n",
            &[
                "192.168.1.5 dns.query a.example 1 @2026-11-22T09:59:00Z",
                "192.168.1.5 dns.query z.example 7 @2026-11-22T09:59:00Z",
                "malformed line 1",
                "skipped lines of other programs 2",
                "skipped other messages 1",
            ],
        );
    }

    #[test]
    fn what_is_blocked_has_no_address() {
        check(
            "Sun Nov 22 09:59:00 2026 daemon.info dnsmasq[1]: query[A] ads.example from 192.168.1.5\n\
             Sun Nov 22 09:59:00 2026 daemon.info dnsmasq[1]: gravity blocked ads.example is 0.0.0.0\n\
             Sun Nov 22 09:59:00 2026 daemon.info dnsmasq[1]: reply ads.example is 0.0.0.0\n\
             Sun Nov 22 09:59:00 2026 daemon.info kernel: eth0 up\n\
             Sun Nov 22 09:59:00 2026 daemon.info dnsmasq[1]: query[A] ads.example\n",
            &[
                "192.168.1.5 dns.query ads.example 1 @2026-11-22T09:59:00Z",
                "malformed line 1",
                "skipped lines of other programs 1",
                "skipped other messages 1",
            ],
        );
    }

    #[test]
    fn leases_in_the_log_join_station_and_address() {
        let host = "192.168.1.5 (00:00:5e:00:53:01)";
        check(
            "Nov 22 09:59:00 dnsmasq-dhcp[1]: DHCPREQUEST(br-lan) 192.168.1.5 00:00:5e:00:53:01\n\
             Nov 22 09:59:00 dnsmasq-dhcp[1]: 77 DHCPACK(br-lan) 192.168.1.5 00:00:5e:00:53:01 lamp\n\
             Nov 22 09:59:00 dnsmasq-dhcp[1]: DHCPREPLY(br-lan) 2001:db8::5 00:04:01:02\n",
            &[
                "2001:db8::5 dhcpv6.duid 00040102 3 @2026-11-22T09:59:00Z",
                &format!("{host} dhcp.host_name lamp 2 @2026-11-22T09:59:00Z"),
                &format!("{host} dhcp.offered 192.168.1.5 2 @2026-11-22T09:59:00Z"),
                "skipped steps of leasing 1",
            ],
        );
    }

    #[test]
    fn clients_say_what_they_are_where_that_is_logged() {
        let line = |text: &str| format!("Nov 22 09:59:00 dnsmasq-dhcp[1]: 77 {text}\n");
        let text: String = [
            "vendor class: udhcp 1.35.0",
            "client provides name: lamp",
            "DHCPDISCOVER(br-lan) 00:00:5e:00:53:01 ",
            "requested options: 1:netmask, 3:router, 6:dns-server, ",
            "requested options: 15:domain-name, 42:ntp-server",
            "next server: 192.168.1.1",
        ]
        .into_iter()
        .map(line)
        .collect();
        check(
            &text,
            &[
                "00:00:5e:00:53:01 dhcp.host_name lamp 6 @2026-11-22T09:59:00Z",
                "00:00:5e:00:53:01 dhcp.parameter_list 1,3,6,15,42 6 @2026-11-22T09:59:00Z",
                "00:00:5e:00:53:01 dhcp.vendor_class udhcp 1.35.0 6 @2026-11-22T09:59:00Z",
                "skipped steps of leasing 2",
            ],
        );
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::Dnsmasq, text), expected, "{text}");
    }
}
