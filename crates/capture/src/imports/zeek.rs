//! Zeek's tables: connections, names asked for, leases, TLS, HTTP and QUIC.
//!
//! Two forms: lines of values between tabs under `#fields`, and one object of JSON a line. Which table a line
//! is of is said by `#path` or `_path`, else seen by its columns. Other tables are counted and passed over.
//! Under `#fields`, a table that is whole ends with `#close`; JSON has no such mark.

mod row;
mod tables;

use row::Row;
use serde_json::Value;
use tables::Table;

use super::{Line, Lines, Scribe, prefix::moment};

/// How many columns are read; Zeek's widest table has some forty. Our choice.
const MOST_COLUMNS: usize = 256;

/// Reads such a file.
#[derive(Debug)]
pub(super) struct Zeek {
    columns: Vec<String>,
    table: Option<Table>,
    separator: char,
    unset: String,
    empty: String,
    /// Whether a table began and did not end.
    open: bool,
}

impl Default for Zeek {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            table: None,
            separator: '\t',
            unset: "-".to_owned(),
            empty: "(empty)".to_owned(),
            open: false,
        }
    }
}

impl Lines for Zeek {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        if self.heading(line) {
            return Line::Read;
        }
        if line.starts_with('{') {
            let Ok(Value::Object(object)) = serde_json::from_str(line) else {
                return Line::Malformed;
            };
            let row = Row::of_json(&object);
            let table = row.text("_path").and_then(|it| Table::called(&it));
            return take(table.or_else(|| Table::with(&row)), &row, scribe);
        }
        if self.columns.is_empty() {
            return Line::Malformed;
        }
        let values = line.split(self.separator);
        let known = |value: &&str| **value != self.unset && **value != self.empty;
        let row = Row::of_values(
            self.columns.iter().map(String::as_str).zip(values).filter(|(_, it)| known(it)),
        );
        take(self.table, &row, scribe)
    }

    fn heading(&mut self, line: &str) -> bool {
        let Some(heading) = line.strip_prefix('#') else { return false };
        let (word, rest) = heading.split_once([self.separator, ' ']).unwrap_or((heading, ""));
        match word {
            "separator" => {
                let code = rest.strip_prefix("\\x").and_then(|it| u8::from_str_radix(it, 16).ok());
                self.separator = code.map_or('\t', char::from);
            }
            "unset_field" => rest.clone_into(&mut self.unset),
            "empty_field" => rest.clone_into(&mut self.empty),
            "path" => self.table = Table::called(rest),
            "fields" => {
                let columns = rest.split(self.separator).take(MOST_COLUMNS);
                self.columns = columns.map(str::to_owned).collect();
                self.open = true;
            }
            "close" => self.open = false,
            _ => {}
        }
        true
    }

    fn end(&mut self) -> Option<&'static str> {
        self.open.then_some("table without its end")
    }
}

fn take(table: Option<Table>, row: &Row<'_>, scribe: &mut Scribe<'_>) -> Line {
    let Some(table) = table else { return Line::Skipped("tables of other kinds") };
    let time = row.text("ts").and_then(|it| moment(&it));
    match time.and_then(|time| scribe.clock.moment(time)) {
        Some(at) => table.read(row, at, scribe),
        None => Line::Malformed,
    }
}

/// Whether `line` is of such a file.
pub(super) fn recognises(line: &str) -> bool {
    line.starts_with("#separator ")
        || (line.starts_with('{')
            && line.contains("\"ts\":")
            && ["\"id.orig_h\":", "\"_path\":", "\"msg_types\":"]
                .iter()
                .any(|it| line.contains(it)))
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    const ENDS: &str = "id.orig_h\tid.orig_p\tid.resp_h\tid.resp_p";

    #[test]
    fn connections_are_counted_both_ways() {
        let fields = format!(
            "ts\tuid\t{ENDS}\tproto\tservice\tduration\tconn_state\thistory\torig_pkts\t\
             orig_ip_bytes\tresp_pkts\tresp_ip_bytes"
        );
        let values = "1795341600.5\tC1\t192.168.1.5\t40000\t198.51.100.7\t443\ttcp\tssl\t2.25\tSF\t\
                      ShADad\t10\t1000\t8\t5000";
        check(
            &table("conn", &fields, values),
            &["192.168.1.5 tcp to 198.51.100.7:443 up 10/1000 down 8/5000 encrypted 6000 clear 0 \
             opened 1/0 accepted 0/1 reset 0 7 @2026-11-22T10:00:00.5Z-2026-11-22T10:00:02.75Z"],
        );
        check(
            "{\"ts\":1795341600.5,\"id.orig_h\":\"192.168.1.5\",\"id.orig_p\":40000,\
             \"id.resp_h\":\"198.51.100.7\",\"id.resp_p\":80,\"proto\":\"tcp\",\"service\":\"http\",\
             \"conn_state\":\"RSTO\",\"history\":\"ShR\",\"orig_pkts\":3,\"orig_ip_bytes\":300,\
             \"resp_pkts\":2,\"resp_ip_bytes\":200,\"orig_l2_addr\":\"00:00:5e:00:53:01\"}\n",
            &[
                "192.168.1.5 (00:00:5e:00:53:01) tcp to 198.51.100.7:80 up 3/300 down 2/200 encrypted 0 \
                 clear 500 opened 1/0 accepted 0/1 reset 1 1 \
                 @2026-11-22T10:00:00.5Z-2026-11-22T10:00:00.5Z",
            ],
        );
    }

    #[test]
    fn a_connection_of_microseconds_lasts_no_seconds() {
        check(
            "{\"ts\":1795341600.5,\"id.orig_h\":\"192.168.1.5\",\"id.orig_p\":40000,\
             \"id.resp_h\":\"198.51.100.7\",\"id.resp_p\":123,\"proto\":\"udp\",\"conn_state\":\"S0\",\
             \"duration\":9.059906005859375e-6,\"orig_pkts\":2,\"orig_ip_bytes\":152}\n",
            &[
                "192.168.1.5 udp to 198.51.100.7:123 up 2/152 down 0/0 encrypted 0 clear 0 opened 0/0 \
             accepted 0/0 reset 0 1 @2026-11-22T10:00:00.5Z-2026-11-22T10:00:00.500009059Z",
            ],
        );
    }

    #[test]
    fn names_and_answers_are_read() {
        let fields = format!("ts\tuid\t{ENDS}\tproto\tquery\tqtype_name\tanswers");
        let values = "1795341600\tC1\t192.168.1.5\t40000\t192.168.1.1\t53\tudp\ta.example\tA\t\
                      edge.example,198.51.100.7";
        check(
            &table("dns", &fields, values),
            &[
                "192.168.1.5 dns.answer a.example 198.51.100.7 7 @2026-11-22T10:00:00Z",
                "192.168.1.5 dns.query a.example 7 @2026-11-22T10:00:00Z",
            ],
        );
        let local = values.replace("\t53\t", "\t5353\t");
        check(&table("dns", &fields, &local), &["skipped names asked for on the link 1"]);
    }

    #[test]
    fn encryption_and_pages_belong_to_their_conversations() {
        let about = "(tcp to 198.51.100.7:443)";
        let fields = format!("ts\tuid\t{ENDS}\tversion\tcipher\tserver_name");
        let values = "1795341600\tC1\t192.168.1.5\t40000\t198.51.100.7\t443\tTLSv12\t\
                      TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\tA.example";
        let when = "7 @2026-11-22T10:00:00Z";
        check(
            &table("ssl", &fields, values),
            &[
                &format!(
                    "192.168.1.5 tls.cipher TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 {about} {when}"
                ),
                &format!("192.168.1.5 tls.sni a.example {about} {when}"),
                &format!("192.168.1.5 tls.version TLS 1.2 {about} {when}"),
            ],
        );
        let fields = format!("ts\tuid\t{ENDS}\tmethod\thost\turi\tuser_agent\tusername\tpassword");
        let values = "1795341600\tC1\t192.168.1.5\t40000\t198.51.100.7\t443\tGET\ta.example\t\
                      /up?token=1\tagent/1\tme\tsecret";
        check(
            &table("http", &fields, values),
            &[
                &format!("192.168.1.5 http.host a.example {about} {when}"),
                &format!("192.168.1.5 http.request GET a.example/up {about} {when}"),
                &format!("192.168.1.5 http.user_agent agent/1 {when}"),
            ],
        );
    }

    #[test]
    fn leases_join_station_and_address() {
        let fields = "ts\tuids\tclient_addr\tserver_addr\tmac\thost_name\tassigned_addr\tmsg_types";
        let values = |kinds: &str| {
            format!("1795341600\tC1\t-\t192.168.1.1\t00:00:5e:00:53:01\tlamp\t192.168.1.5\t{kinds}")
        };
        check(
            &table("dhcp", fields, &values("DISCOVER,OFFER,REQUEST,ACK")),
            &[
                "192.168.1.5 (00:00:5e:00:53:01) dhcp.host_name lamp 7 @2026-11-22T10:00:00Z",
                "192.168.1.5 (00:00:5e:00:53:01) dhcp.offered 192.168.1.5 7 @2026-11-22T10:00:00Z",
                "192.168.1.5 (00:00:5e:00:53:01) dhcp.server 192.168.1.1 7 @2026-11-22T10:00:00Z",
            ],
        );
        check(
            &table("dhcp", fields, &values("DISCOVER,OFFER")),
            &["00:00:5e:00:53:01 dhcp.host_name lamp 7 @2026-11-22T10:00:00Z"],
        );
        check(&table("weird", "ts\tname", "1795341600\tx"), &["skipped tables of other kinds 1"]);
        check("1795341600\tx\n", &["malformed line 1"]);
    }

    #[test]
    fn a_table_that_does_not_end_is_counted() {
        let whole = table("weird", "ts\tname", "1795341600\tx");
        let cut = whole.split_once("#close").unwrap().0;
        check(cut, &["malformed table without its end 1", "skipped tables of other kinds 1"]);
    }

    fn table(path: &str, fields: &str, values: &str) -> String {
        format!(
            "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n\
             #path\t{path}\n#fields\t{fields}\n{values}\n#close\t2026-11-22-10-00-00\n"
        )
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::Zeek, text), expected, "{text}");
    }
}
