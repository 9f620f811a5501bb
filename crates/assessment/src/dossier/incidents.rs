//! What happened to such products, and how closely each incident concerns the one asked for.

use knowledge::{
    Knowledge,
    dates::later,
    kinds::{Brand, Incident, Product},
};

use super::{
    Subject,
    cited::Cites,
    layers::is_company,
    model::{About, Happened, Layer, Part},
};

/// Incidents public by `day`, the closest first, then the latest.
pub(super) fn incidents(
    subject: &Subject<'_>,
    layers: &[Layer],
    day: &str,
    knowledge: &Knowledge,
) -> Vec<Happened> {
    let known = knowledge.pack().incidents.values().filter(|it| !later(&it.date, day));
    let found = known.filter_map(|it| Some(stated(it, about(it, subject, layers)?, day)));
    let mut found: Vec<_> = found.collect();
    found.sort_by(|a, b| (a.about, &b.date, &a.id).cmp(&(b.about, &a.date, &b.id)));
    found
}

/// How `incident` concerns the subject; `None` where it does not.
fn about(incident: &Incident, subject: &Subject<'_>, layers: &[Layer]) -> Option<About> {
    let platform = |it: &&Layer| it.part == Part::Platform;
    let platforms = layers.iter().filter(platform).filter_map(|it| it.id.as_ref());
    let of_brand = subject.brand.is_some_and(|brand| incident.brands.contains(&brand.id));
    if of_brand {
        return Some(about_brand(incident, subject));
    }
    if platforms.into_iter().any(|id| incident.platforms.contains(id)) {
        return Some(if fits_type(incident, subject) {
            About::Platform
        } else {
            About::OtherModels
        });
    }
    let company = |it: &&Layer| it.now && is_company(it.part) && it.part != Part::Module;
    let mut companies = layers.iter().filter(company).filter_map(|it| it.id.as_ref());
    let responsible = companies.any(|id| incident.organisation.as_ref() == Some(id));
    let whole = incident.brands.is_empty() && incident.platforms.is_empty();
    match (responsible, whole && subject.brand.is_some()) {
        (true, true) if incident.models.is_empty() && fits_type(incident, subject) => {
            Some(About::ThisBrand)
        }
        (true, _) => Some(About::Company),
        (false, _) => None,
    }
}

fn about_brand(incident: &Incident, subject: &Subject<'_>) -> About {
    if !fits_type(incident, subject) {
        return About::OtherModels;
    }
    if incident.models.is_empty() || is_general(subject) {
        return About::ThisBrand;
    }
    let named = subject.product.is_some_and(|it| names(incident, it, subject.brand))
        || subject.model.as_ref().is_some_and(|model| {
            incident.models.iter().any(|it| same(it, model) || is_of_series(model, it))
        });
    if named { About::ThisModel } else { About::OtherModels }
}

/// Whether no one model is meant.
const fn is_general(subject: &Subject<'_>) -> bool {
    subject.product.is_none() && subject.model.is_none()
}

fn names(incident: &Incident, product: &Product, brand: Option<&Brand>) -> bool {
    let own = std::iter::once(&product.model).chain(&product.aliases);
    own.into_iter().any(|own| {
        incident.models.iter().any(|named| {
            let bare = brand.and_then(|brand| named.strip_prefix(&*brand.name)).unwrap_or(named);
            same(own, named) || same(own, bare) || is_of_series(own, named)
        })
    })
}

/// Whether `named` is a series as records write them, `AB-2CxxF`, and `own` one of it: a small x
/// stands for any one sign, where no other letter is small.
fn is_of_series(own: &str, named: &str) -> bool {
    let signs = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).collect::<Vec<_>>();
    let (own, named) = (signs(own), signs(named));
    let is_series = named.contains(&'x')
        && named.iter().any(char::is_ascii_digit)
        && !named.iter().any(|it| it.is_lowercase() && *it != 'x');
    let fits = |(named, own): (&char, &char)| *named == 'x' || named.eq_ignore_ascii_case(own);
    is_series && own.len() == named.len() && named.iter().zip(&own).all(fits)
}

fn same(a: &str, b: &str) -> bool {
    let signs = |text: &str| -> String {
        let text = text.to_lowercase();
        text.chars().filter(|it| it.is_alphanumeric() || *it == '+').collect()
    };
    signs(a) == signs(b)
}

/// Whether the incident is about such a type of device, or may be.
fn fits_type(incident: &Incident, subject: &Subject<'_>) -> bool {
    let types = subject.types();
    incident.types.is_empty()
        || types.is_empty()
        || incident.types.iter().any(|it| types.contains(&**it))
}

fn stated(incident: &Incident, about: About, day: &str) -> Happened {
    Happened {
        id: incident.id.clone(),
        title: incident.title.clone(),
        date: incident.date.clone(),
        standing: incident.standing,
        about,
        finder: incident.finder.clone(),
        affects: incident.affects.clone(),
        cves: incident.cves.clone(),
        exposed: incident.exposed.clone(),
        response: incident.response.clone(),
        outcome: incident.outcome.clone(),
        cited: incident.cited(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_x_in_a_series_stands_for_any_one_sign() {
        check("AB-2C42F-I", "AB-2Cx2F-I", true);
        check("ab-2c42f-i", "AB-2Cx2F-I", true);
        check("AB-2C422F-I", "AB-2Cx2F-I", false);
        check("AB-3C42F-I", "AB-2Cx2F-I", false);
        check("AX21", "AX21", false);
        check("Fixx 2", "Flex 2", false);
    }

    #[track_caller]
    fn check(own: &str, named: &str, expected: bool) {
        assert_eq!(is_of_series(own, named), expected, "{own} {named}");
    }
}
