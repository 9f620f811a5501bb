//! UPnP descriptions: the document in which a device says what it is, fetched over HTTP from where
//! its SSDP announcement points.
//!
//! Format: UPnP Device Architecture 2.0, section 2.3. The fields are the outermost device's; embedded
//! devices add their types only, for they repeat the rest. Two elements of others tell the kind of device
//! in a word: `X_deviceCategory` (PnP-X, and its successor for Windows 7) and `X_DEVICE_TYPE`.

use evidence::fields;

use super::xml::for_each_text;
use crate::protocol::Notes;

/// Whether an HTTP body may be a description: XML with the root element's namespace near its start.
pub(crate) fn is_description(body: &[u8]) -> bool {
    const NAMESPACE: &[u8] = b"urn:schemas-upnp-org:device-1-0";
    const START: usize = 512;
    let start = body.get(..START).unwrap_or(body);
    start.windows(NAMESPACE.len()).any(|window| window == NAMESPACE)
}

/// Notes what the sender of the description `xml` says it is. Reads what is there if it is cut off.
pub(crate) fn read_description(xml: &[u8], notes: &mut Notes<'_>) {
    for_each_text(xml, |path, text| {
        let field = match path {
            "root/device/friendlyName" => fields::UPNP_FRIENDLY_NAME,
            "root/device/manufacturer" => fields::UPNP_MANUFACTURER,
            "root/device/manufacturerURL" => fields::UPNP_MANUFACTURER_URL,
            "root/device/modelName" => fields::UPNP_MODEL,
            "root/device/modelNumber" => fields::UPNP_MODEL_NUMBER,
            "root/device/modelDescription" => fields::UPNP_MODEL_DESCRIPTION,
            "root/device/modelURL" => fields::UPNP_MODEL_URL,
            "root/device/X_deviceCategory" | "root/device/X_DEVICE_TYPE" => fields::UPNP_CATEGORY,
            _ if path.ends_with("/device/deviceType") => fields::UPNP_TYPE,
            _ => return,
        };
        // What stands behind a question mark may be about the one device.
        let is_address = matches!(field, fields::UPNP_MANUFACTURER_URL | fields::UPNP_MODEL_URL);
        let end = text.find(['?', '#']).filter(|_| is_address).unwrap_or(text.len());
        notes.sender(field, text.get(..end).unwrap_or_default());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{Cover, Protocol},
        protocols::rehearsal::Rehearsal,
    };

    /// A protocol whose datagrams are descriptions.
    const DESCRIPTION: Protocol = Protocol {
        name: "upnp",
        cover: Cover::Clear,
        datagram_ports: &[],
        stream_ports: &[],
        recognises: |_| false,
        datagram: Some(|xml, notes| {
            read_description(xml, notes);
            Ok(())
        }),
        stream: None,
    };

    const XML: &str = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>\
        <deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><friendlyName>Lamp</friendlyName>\
        <manufacturer>Example &amp; Co</manufacturer>\
        <manufacturerURL>http://www.example.com/</manufacturerURL><modelName>L1</modelName>\
        <modelDescription>A lamp</modelDescription><modelNumber>1.0</modelNumber>\
        <modelURL>http://www.example.com/l1?serial=17</modelURL>\
        <pnpx:X_deviceCategory>MediaDevices</pnpx:X_deviceCategory>\
        <df:X_deviceCategory>Display.TV.LCD Multimedia.DMR</df:X_deviceCategory>\
        <x:X_DEVICE_TYPE>DTV</x:X_DEVICE_TYPE>\
        <serialNumber>17</serialNumber><deviceList><device><friendlyName>Part</friendlyName>\
        <manufacturerURL>http://part.example/</manufacturerURL>\
        <deviceType>urn:schemas-upnp-org:device:Part:1</deviceType></device></deviceList>\
        </device></root>";

    #[test]
    fn a_device_describes_itself() {
        assert!(is_description(XML.as_bytes()));
        let read = Rehearsal::new(DESCRIPTION, 80).answered(XML.as_bytes());
        assert_eq!(
            read.lines(),
            [
                "sender upnp.type urn:schemas-upnp-org:device:Basic:1",
                "sender upnp.friendly_name Lamp",
                "sender upnp.manufacturer Example & Co",
                "sender upnp.manufacturer_url http://www.example.com/",
                "sender upnp.model L1",
                "sender upnp.model_description A lamp",
                "sender upnp.model_number 1.0",
                "sender upnp.model_url http://www.example.com/l1",
                "sender upnp.category MediaDevices",
                "sender upnp.category Display.TV.LCD Multimedia.DMR",
                "sender upnp.category DTV",
                "sender upnp.type urn:schemas-upnp-org:device:Part:1",
            ]
        );
        Rehearsal::survives_damage(DESCRIPTION, 80, &XML.as_bytes()[..300]);
    }
}
