//! What the columns of an inventory mean, by the wordings people use for them.

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    Name,
    Brand,
    Manufacturer,
    Model,
    Kind,
    FccId,
    Mac,
    Module,
    MadeIn,
    ProducedIn,
    Authorised,
    Consumer,
    Quantity,
    Location,
    Ignored,
}

impl Meaning {
    /// As `--map` and reports write it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Brand => "brand",
            Self::Manufacturer => "manufacturer",
            Self::Model => "model",
            Self::Kind => "type",
            Self::FccId => "fcc-id",
            Self::Mac => "mac",
            Self::Module => "module",
            Self::MadeIn => "made-in",
            Self::ProducedIn => "produced-in",
            Self::Authorised => "authorised",
            Self::Consumer => "consumer",
            Self::Quantity => "quantity",
            Self::Location => "location",
            Self::Ignored => "ignored",
        }
    }

    /// The meaning that `--map` names by `word`.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        ALL.iter().map(|(meaning, _)| *meaning).find(|it| it.word() == word)
    }

    /// Every word, for help and complaints.
    pub(crate) fn words() -> String {
        ALL.iter().map(|(meaning, _)| meaning.word()).collect::<Vec<_>>().join(", ")
    }

    /// What a column with this head means, if a wording is known.
    pub(crate) fn of_head(head: &str) -> Option<Self> {
        let plain: String =
            head.chars().map(|it| if it.is_alphanumeric() { it } else { ' ' }).collect();
        let plain = plain.to_lowercase();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let known = ALL.iter().find(|(_, wordings)| wordings.contains(&&*plain));
        known.map(|(meaning, _)| *meaning)
    }

    /// Whether a line can be judged by such a column alone.
    pub(crate) const fn tells_a_maker(self) -> bool {
        matches!(self, Self::Brand | Self::Manufacturer | Self::Model | Self::FccId | Self::Name)
    }
}

/// Meanings with the wordings of their heads, lower case, only letters, digits and single spaces.
const ALL: &[(Meaning, &[&str])] = &[
    (
        Meaning::Brand,
        &["brand", "brand name", "make", "marke", "marque", "marca", "trade name", "trademark"],
    ),
    (
        Meaning::Manufacturer,
        &[
            "manufacturer",
            "manufacturer name",
            "legal manufacturer",
            "mfr",
            "mfg",
            "mfr name",
            "maker",
            "vendor",
            "vendor name",
            "oem",
            "company",
            "hersteller",
            "fabricant",
            "fabricante",
            "producer",
            "produttore",
        ],
    ),
    (
        Meaning::Model,
        &[
            "model",
            "model name",
            "model number",
            "model no",
            "model nr",
            "device model",
            "product",
            "product name",
            "product model",
            "part number",
            "part no",
            "mpn",
            "sku",
            "modell",
            "modele",
            "modelo",
            "modello",
            "article",
        ],
    ),
    (
        Meaning::Kind,
        &[
            "type",
            "device type",
            "asset type",
            "equipment type",
            "product type",
            "kind",
            "category",
            "device category",
            "product category",
            "class",
            "device class",
            "typ",
            "geraetetyp",
            "gerätetyp",
            "categorie",
            "categoria",
            "tipo",
        ],
    ),
    (Meaning::FccId, &["fcc id", "fccid", "fcc identifier", "fcc", "fcc number"]),
    (
        Meaning::Mac,
        &[
            "mac",
            "mac address",
            "mac addr",
            "ethernet address",
            "wifi mac",
            "wi fi mac",
            "wlan mac",
            "lan mac",
            "hardware address",
            "physical address",
        ],
    ),
    (
        Meaning::Module,
        &[
            "module",
            "module maker",
            "radio module",
            "wireless module",
            "cellular module",
            "module manufacturer",
        ],
    ),
    (
        Meaning::MadeIn,
        &[
            "made in",
            "country of origin",
            "origin",
            "coo",
            "country of manufacture",
            "place of manufacture",
            "manufactured in",
            "manufacturing country",
            "assembled in",
            "ursprungsland",
            "pays d origine",
            "origin country",
        ],
    ),
    (
        Meaning::ProducedIn,
        &[
            "produced in",
            "production countries",
            "countries of production",
            "all places of production",
            "places of production",
            "designed and made in",
        ],
    ),
    (
        Meaning::Authorised,
        &[
            "authorised",
            "authorized",
            "authorisation date",
            "authorization date",
            "date of authorisation",
            "date of authorization",
            "equipment authorization date",
            "fcc authorization date",
            "fcc grant date",
            "grant date",
            "date of grant",
        ],
    ),
    (
        Meaning::Consumer,
        &[
            "consumer",
            "consumer grade",
            "consumer product",
            "consumer or enterprise",
            "grade",
            "market",
            "market segment",
            "segment",
        ],
    ),
    (
        Meaning::Quantity,
        &["quantity", "qty", "count", "number", "units", "anzahl", "menge", "amount"],
    ),
    (
        Meaning::Location,
        &[
            "location",
            "site",
            "room",
            "building",
            "place",
            "department",
            "office",
            "standort",
            "ort",
        ],
    ),
    (
        Meaning::Name,
        &[
            "name",
            "device name",
            "device",
            "asset",
            "asset name",
            "hostname",
            "host name",
            "host",
            "description",
            "item",
            "item name",
            "item description",
            "bezeichnung",
            "equipment",
        ],
    ),
    (
        Meaning::Ignored,
        &["ignored", "serial", "serial number", "serial no", "s n", "sn", "seriennummer"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_understood_in_several_wordings() {
        check("Brand", Some(Meaning::Brand));
        check("  MAKE ", Some(Meaning::Brand));
        check("Vendor", Some(Meaning::Manufacturer));
        check("Model-No.", Some(Meaning::Model));
        check("FCC ID", Some(Meaning::FccId));
        check("Country of Origin", Some(Meaning::MadeIn));
        check("Serial #", Some(Meaning::Ignored));
        check("S/N", Some(Meaning::Ignored));
        check("Purchase order", None);
        check("Brand manager", None);
    }

    #[test]
    fn every_wording_is_one_that_heads_can_have_and_means_one_thing() {
        for (meaning, wordings) in ALL {
            for wording in *wordings {
                assert_eq!(Meaning::of_head(wording), Some(*meaning), "{wording}");
            }
            assert_eq!(Meaning::from_word(meaning.word()), Some(*meaning));
        }
    }

    #[track_caller]
    fn check(head: &str, meaning: Option<Meaning>) {
        assert_eq!(Meaning::of_head(head), meaning, "{head}");
    }
}
