//! What devices say of themselves to whoever asks them over HTTP, in documents other than UPnP's.
//!
//! In XML the answers of WS-Discovery's devices (Devices Profile for Web Services 1.1, section 5.1:
//! `ThisModel`, with PnP-X's `DeviceCategory`), of ONVIF (device management service,
//! `GetDeviceInformation`), HNAP 1 (`GetDeviceSettings`), Hikvision's ISAPI (`System/deviceInfo`), Roku's External Control Protocol
//! (`query/device-info`) and FRITZ! products (`jason_boxinfo.xml`); in JSON those of Cast
//! (`setup/eureka_info`), Hue (`api/config`), Shelly (`shelly`), Spotify Connect (`getInfo`), Samsung's
//! televisions (`api/v2/`), Axis (`basicdeviceinfo.cgi`), Reolink (`GetDevInfo`), `HomeWizard` (`api`),
//! Elgato (`accessory-info`) and Nanoleaf (`api/v1/…`). Serial numbers and names that people gave are
//! passed over.

use evidence::{Field, fields};
use memchr::memmem;

use super::{json::text_under, xml::for_each_text};
use crate::protocol::Notes;

/// The answers in XML: an element, and what the texts of elements in it are.
const IN_XML: [(&str, &[(&str, Field)]); 6] = [
    (
        "GetDeviceInformationResponse",
        &[
            ("Manufacturer", fields::HTTP_MAKER),
            ("Model", fields::HTTP_MODEL),
            ("FirmwareVersion", fields::HTTP_FIRMWARE),
        ],
    ),
    (
        "GetDeviceSettingsResponse",
        &[
            ("VendorName", fields::HTTP_MAKER),
            ("ModelName", fields::HTTP_MODEL),
            ("FirmwareVersion", fields::HTTP_FIRMWARE),
        ],
    ),
    ("DeviceInfo", &[("model", fields::HTTP_MODEL), ("firmwareVersion", fields::HTTP_FIRMWARE)]),
    (
        "device-info",
        &[
            ("vendor-name", fields::HTTP_MAKER),
            ("model-name", fields::HTTP_MODEL),
            ("software-version", fields::HTTP_FIRMWARE),
        ],
    ),
    (
        "ThisModel",
        &[
            ("Manufacturer", fields::WSD_MANUFACTURER),
            ("ModelName", fields::WSD_MODEL),
            ("DeviceCategory", fields::WSD_CATEGORY),
        ],
    ),
    ("BoxInfo", &[("Name", fields::HTTP_MODEL), ("Version", fields::HTTP_FIRMWARE)]),
];

/// One of the answers in JSON.
struct InJson {
    /// Keys that all such answers have, and those of others hardly.
    keys: [&'static str; 2],
    /// A word that is in answers of another kind with the same keys.
    lacks: Option<&'static str>,
    /// What the text under a key is.
    told: &'static [(&'static str, Field)],
}

const IN_JSON: [InJson; 11] = [
    InJson {
        keys: ["cast_build_revision", "device_info"],
        lacks: None,
        told: &[("manufacturer", fields::HTTP_MAKER), ("model_name", fields::HTTP_MODEL)],
    },
    InJson {
        keys: ["bridgeid", "modelid"],
        // The whole state of a bridge names its lamps' models too.
        lacks: Some("lights"),
        told: &[("modelid", fields::HTTP_MODEL), ("swversion", fields::HTTP_FIRMWARE)],
    },
    InJson {
        keys: ["fw_id", "gen"],
        lacks: None,
        told: &[("model", fields::HTTP_MODEL), ("ver", fields::HTTP_FIRMWARE)],
    },
    InJson {
        keys: ["num_outputs", "fw"],
        lacks: None,
        told: &[("type", fields::HTTP_MODEL), ("fw", fields::HTTP_FIRMWARE)],
    },
    InJson {
        keys: ["spotifyError", "modelDisplayName"],
        // A program for computers.
        lacks: Some("librespot"),
        told: &[("brandDisplayName", fields::HTTP_MAKER), ("modelDisplayName", fields::HTTP_MODEL)],
    },
    InJson {
        keys: ["smartHubAgreement", "modelName"],
        lacks: None,
        // The type names the maker: `Samsung SmartTV`.
        told: &[("type", fields::HTTP_MAKER), ("modelName", fields::HTTP_MODEL)],
    },
    InJson {
        keys: ["propertyList", "ProdNbr"],
        lacks: None,
        told: &[
            ("Brand", fields::HTTP_MAKER),
            ("ProdNbr", fields::HTTP_MODEL),
            ("Version", fields::HTTP_FIRMWARE),
        ],
    },
    InJson {
        keys: ["DevInfo", "firmVer"],
        lacks: None,
        told: &[("model", fields::HTTP_MODEL), ("firmVer", fields::HTTP_FIRMWARE)],
    },
    InJson {
        keys: ["product_type", "api_version"],
        lacks: None,
        told: &[("product_type", fields::HTTP_MODEL), ("firmware_version", fields::HTTP_FIRMWARE)],
    },
    InJson {
        keys: ["hardwareBoardType", "firmwareBuildNumber"],
        lacks: None,
        told: &[("productName", fields::HTTP_MODEL), ("firmwareVersion", fields::HTTP_FIRMWARE)],
    },
    InJson {
        keys: ["panelLayout", "serialNo"],
        lacks: None,
        told: &[
            ("manufacturer", fields::HTTP_MAKER),
            ("model", fields::HTTP_MODEL),
            ("firmwareVersion", fields::HTTP_FIRMWARE),
        ],
    },
];

/// Notes what the sender of the XML document says it is, if it says it in one of these forms. Reads
/// what is there if it is cut off.
pub(crate) fn read_xml(xml: &[u8], notes: &mut Notes<'_>) {
    // Few documents are one of these, and a look for a word is cheap.
    let has = |(around, _): &&(&str, _)| memmem::find(xml, around.as_bytes()).is_some();
    let Some((around, told)) = IN_XML.iter().find(has) else { return };
    for_each_text(xml, |path, text| {
        let mut names = path.rsplit('/');
        let name = names.next();
        let known = told.iter().find(|it| Some(it.0) == name && names.next() == Some(*around));
        if let Some((_, field)) = known {
            notes.sender(*field, text);
        }
    });
}

/// The same for JSON.
pub(crate) fn read_json(json: &[u8], notes: &mut Notes<'_>) {
    let has = |word: &&str| memmem::find(json, word.as_bytes()).is_some();
    let is_such = |it: &&InJson| it.keys.iter().all(has) && !it.lacks.iter().any(has);
    let Some(such) = IN_JSON.iter().find(is_such) else { return };
    let text = String::from_utf8_lossy(json);
    for (key, field) in such.told {
        if let Some(value) = text_under(&text, key) {
            notes.sender(*field, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{Cover, Protocol},
        protocols::rehearsal::Rehearsal,
    };

    /// A protocol whose datagrams are such documents.
    const DESCRIBED: Protocol = Protocol {
        name: "described",
        cover: Cover::Clear,
        datagram_ports: &[],
        stream_ports: &[],
        recognises: |_| false,
        datagram: Some(|document, notes| {
            read_xml(document, notes);
            read_json(document, notes);
            Ok(())
        }),
        stream: None,
    };

    #[test]
    fn devices_describe_themselves_in_xml() {
        check(
            "<s:Envelope><s:Body><tds:GetDeviceInformationResponse><tds:Manufacturer>Acme</tds:Manufacturer>\
             <tds:Model>AC-12</tds:Model><tds:FirmwareVersion>V1.2</tds:FirmwareVersion>\
             <tds:SerialNumber>S1</tds:SerialNumber></tds:GetDeviceInformationResponse></s:Body></s:Envelope>",
            &["maker Acme", "model AC-12", "firmware V1.2"],
        );
        check(
            "<soap:Envelope><soap:Body><GetDeviceSettingsResponse xmlns=\"http://purenetworks.com/HNAP1/\">\
             <DeviceName>kitchen</DeviceName><VendorName>Acme</VendorName><ModelName>AC-13</ModelName>\
             <FirmwareVersion>1.0</FirmwareVersion></GetDeviceSettingsResponse></soap:Body></soap:Envelope>",
            &["maker Acme", "model AC-13", "firmware 1.0"],
        );
        check(
            "<DeviceInfo version=\"2.0\"><deviceName>door</deviceName><model>AC-14</model>\
             <firmwareVersion>V5.5</firmwareVersion></DeviceInfo>",
            &["model AC-14", "firmware V5.5"],
        );
        check(
            "<device-info><vendor-name>Acme</vendor-name><model-name>Acme TV</model-name>\
             <software-version>9.1.0</software-version><is-tv>true</is-tv></device-info>",
            &["maker Acme", "model Acme TV", "firmware 9.1.0"],
        );
        check(
            "<j:BoxInfo xmlns:j=\"http://jason.avm.de/updatecheck/\"><j:Name>AC!Box 15</j:Name>\
             <j:HW>1</j:HW><j:Version>1.30</j:Version><j:Serial>S1</j:Serial></j:BoxInfo>",
            &["model AC!Box 15", "firmware 1.30"],
        );
        check("<list><device><Model>AC-12</Model></device></list>", &[]);
    }

    #[test]
    fn devices_of_ws_discovery_describe_their_model() {
        let document = "<soap:Envelope><soap:Body><wsx:Metadata><wsx:MetadataSection><wsdp:ThisDevice>\
            <wsdp:FriendlyName>hall</wsdp:FriendlyName><wsdp:SerialNumber>S1</wsdp:SerialNumber>\
            </wsdp:ThisDevice></wsx:MetadataSection><wsx:MetadataSection><wsdp:ThisModel>\
            <wsdp:Manufacturer xml:lang=\"en\">Acme</wsdp:Manufacturer>\
            <wsdp:ManufacturerUrl>http://acme.example</wsdp:ManufacturerUrl>\
            <wsdp:ModelName xml:lang=\"en\">AC-16</wsdp:ModelName>\
            <pnpx:DeviceCategory>Printers</pnpx:DeviceCategory></wsdp:ThisModel>\
            </wsx:MetadataSection></wsx:Metadata></soap:Body></soap:Envelope>";
        let read = Rehearsal::new(DESCRIBED, 80).answered(document.as_bytes());
        let told = [
            "sender wsd.manufacturer Acme",
            "sender wsd.model AC-16",
            "sender wsd.category Printers",
        ];
        assert_eq!(read.lines(), told);
        Rehearsal::survives_damage(DESCRIBED, 80, document.as_bytes());
    }

    #[test]
    fn devices_describe_themselves_in_json() {
        check(
            r#"{"cast_build_revision":"1","device_info":{"manufacturer":"Acme","model_name":"Ac"},"name":"x"}"#,
            &["maker Acme", "model Ac"],
        );
        check(
            r#"{"name":"hue","swversion":"01","mac":"00","bridgeid":"0","modelid":"AC002"}"#,
            &["model AC002", "firmware 01"],
        );
        check(r#"{"lights":{"1":{"modelid":"LAMP"}},"config":{"bridgeid":"0"}}"#, &[]);
        check(
            r#"{"name":"x","id":"ac-0","mac":"00","model":"AC-001X","gen":2,"fw_id":"1-g","ver":"1.0"}"#,
            &["model AC-001X", "firmware 1.0"],
        );
        check(
            r#"{"type":"AC-25","mac":"00","auth":false,"fw":"2-v1","num_outputs":2}"#,
            &["model AC-25", "firmware 2-v1"],
        );
        let speaker =
            r#"{"status":101,"spotifyError":0,"brandDisplayName":"Acme","modelDisplayName":"Ac"}"#;
        check(speaker, &["maker Acme", "model Ac"]);
        check(&speaker.replace("Acme", "librespot"), &[]);
        check(r#"{"model":"AC-1","manufacturer":"Acme"}"#, &[]);
    }

    #[test]
    fn televisions_cameras_lights_and_meters_describe_themselves_in_json() {
        check(
            r#"{"device":{"OS":"x","model":"17_X","modelName":"AC43","name":"[TV] Den","smartHubAgreement":"true","type":"Acme TV"}}"#,
            &["maker Acme TV", "model AC43"],
        );
        check(
            r#"{"apiVersion":"1.0","data":{"propertyList":{"Brand":"ACME","ProdNbr":"M1","SerialNumber":"S","Version":"9.8"}}}"#,
            &["maker ACME", "model M1", "firmware 9.8"],
        );
        check(
            r#"[{"cmd":"GetDevInfo","value":{"DevInfo":{"firmVer":"v3.1","model":"AC-410","name":"door","serial":"0"}}}]"#,
            &["model AC-410", "firmware v3.1"],
        );
        check(
            r#"{"product_type":"AC-P1","product_name":"P1","serial":"0","firmware_version":"4.19","api_version":"v1"}"#,
            &["model AC-P1", "firmware 4.19"],
        );
        check(
            r#"{"productName":"Acme Light","hardwareBoardType":5,"firmwareBuildNumber":9,"firmwareVersion":"1.0.3"}"#,
            &["model Acme Light", "firmware 1.0.3"],
        );
        check(
            r#"{"name":"den","serialNo":"S","manufacturer":"Acme","firmwareVersion":"1","model":"AC22","panelLayout":{}}"#,
            &["maker Acme", "model AC22", "firmware 1"],
        );
    }

    #[track_caller]
    fn check(document: &str, expected: &[&str]) {
        let read = Rehearsal::new(DESCRIBED, 80).answered(document.as_bytes());
        let expected: Vec<_> = expected.iter().map(|it| format!("sender http.{it}")).collect();
        assert_eq!(read.lines(), expected, "{document}");
        Rehearsal::survives_damage(DESCRIBED, 80, document.as_bytes());
    }
}
