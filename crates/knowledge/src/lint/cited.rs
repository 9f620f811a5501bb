//! Every fact of a pack, with the parts that all facts share.

use super::facts::Fact;
use crate::kinds::Pack;

/// All facts, kind by kind.
pub(super) fn facts(pack: &Pack) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    companies(pack, &mut facts);
    wires(pack, &mut facts);
    products(pack, &mut facts);
    lists(pack, &mut facts);
    laws(pack, &mut facts);
    facts
}

/// A fact of an entry that has an id, a note and days.
macro_rules! fact {
    ($kind:literal, $it:expr) => {
        Fact::new($kind, &$it.id, (&$it.sources, $it.verified))
            .saying([$it.note.as_deref()])
            .dated([$it.as_of.as_deref()])
            .due($it.review_by.as_deref())
    };
}

fn companies<'a>(pack: &'a Pack, facts: &mut Vec<Fact<'a>>) {
    for it in pack.organisations.values() {
        facts.push(
            fact!("organisation", it).of(it.registered_in.iter().chain(&it.headquartered_in)),
        );
        for holding in &it.owners {
            let cited = (&*holding.sources, holding.verified);
            let fact = Fact::new("organisation", &it.id, cited).saying([holding.note.as_deref()]);
            facts.push(fact.lasting(holding.from.as_deref(), holding.to.as_deref()));
        }
        for link in &it.links {
            let fact = Fact::new("organisation", &it.id, (&link.sources, link.verified));
            let texts = [Some(&*link.statement), link.note.as_deref()];
            facts.push(fact.saying(texts).lasting(link.from.as_deref(), link.to.as_deref()));
        }
    }
    for it in pack.brands.values() {
        facts.push(fact!("brand", it).lasting(it.from.as_deref(), it.to.as_deref()));
        if let Some(only) = &it.only {
            let fact = Fact::new("brand", &it.id, (&only.sources, only.verified));
            let fact = fact.saying([only.note.as_deref()]).dated([only.as_of.as_deref()]);
            facts.push(fact.due(only.review_by.as_deref()));
        }
        if let Some(exclusive) = &it.exclusive {
            let fact = Fact::new("brand", &it.id, (&exclusive.sources, exclusive.verified));
            let fact = fact.saying([Some(&*exclusive.reason)]);
            let fact = fact.dated([exclusive.as_of.as_deref()]);
            facts.push(fact.due(exclusive.review_by.as_deref()));
        }
    }
    for it in pack.modules.values() {
        let fact = Fact::new("module", &it.id, (&it.sources, it.verified));
        facts.push(fact.saying([it.note.as_deref()]).of(&it.headquartered_in));
    }
    for it in pack.platforms.values() {
        facts.push(fact!("platform", it));
    }
    for it in pack.rebrands.values() {
        let fact = fact!("rebrand", it).saying([Some(&*it.recognise)]);
        facts.push(fact.lasting(it.from.as_deref(), it.to.as_deref()));
    }
}

fn wires<'a>(pack: &'a Pack, facts: &mut Vec<Fact<'a>>) {
    for it in &pack.destinations {
        let fact = Fact::new("destination", &it.suffix, (&it.sources, it.verified));
        facts.push(fact.saying([it.note.as_deref()]));
    }
    for it in pack.fingerprints.values() {
        let fact = Fact::new("fingerprint", &it.id, (&it.sources, it.verified));
        facts.push(fact.saying([it.note.as_deref()]));
    }
    for it in pack.networks.values() {
        let fact = Fact::new("network", &it.name, (&it.sources, it.verified));
        facts.push(fact.saying([it.note.as_deref()]));
    }
    for it in pack.weaknesses.values() {
        let fact = Fact::new("weakness", &it.id, (&it.sources, it.verified));
        let texts = [Some(&*it.title), Some(&*it.prose), Some(&*it.action.text)];
        facts.push(fact.saying(texts).saying([it.action.breaks.as_deref()]));
    }
    for it in pack.advice.values() {
        let steps = it.steps.iter().map(|step| Some(&**step));
        facts.push(fact!("advice", it).saying([Some(&*it.title), Some(&*it.breaks)]).saying(steps));
    }
}

fn products<'a>(pack: &'a Pack, facts: &mut Vec<Fact<'a>>) {
    for it in pack.products.values() {
        let fact = fact!("product", it).of(&it.produced_in);
        let past = [it.released.as_deref(), it.authorised.as_deref()];
        facts.push(fact.dated(past).coming([it.supported_until.as_deref(), it.ended.as_deref()]));
    }
    for it in pack.incidents.values() {
        let texts = [&it.title, &it.affects, &it.exposed, &it.outcome].map(|it| Some(&**it));
        let shows = it.signature.as_ref().map(|signature| &*signature.shows);
        facts.push(fact!("incident", it).saying(texts).saying([shows]).dated([Some(&*it.date)]));
    }
}

fn lists<'a>(pack: &'a Pack, facts: &mut Vec<Fact<'a>>) {
    for it in pack.lists.values() {
        let texts = [&it.binds, &it.effect, &it.does_not_restrict].map(|it| Some(&**it));
        let fact = fact!("list", it).saying(texts).saying([it.waivers.as_deref()]);
        let fact = fact.of([&it.jurisdiction]);
        facts.push(fact.lasting(it.from.as_deref(), it.to.as_deref()));
    }
    for it in pack.entries.values() {
        let texts = [&it.qualifier, &it.effect, &it.does_not_restrict].map(|it| it.as_deref());
        let fact = fact!("entry", it).saying(texts);
        let category = it.category.iter();
        let places = category.flat_map(|it| it.produced_outside.iter().chain(&it.maker_in));
        facts.push(fact.of(places).lasting(it.from.as_deref(), it.to.as_deref()));
        for waiver in &it.waivers {
            let fact = Fact::new("entry", &it.id, (&waiver.sources, false));
            let fact = fact.saying([Some(&*waiver.what)]);
            facts.push(fact.lasting(waiver.from.as_deref(), waiver.to.as_deref()));
        }
    }
    for it in pack.acts.values() {
        let texts = [Some(&it.effect), it.does_not_restrict.as_ref(), Some(&it.title)];
        let fact = fact!("act", it).saying(texts.map(|it| it.map(|it| &**it)));
        facts.push(fact.of([&it.jurisdiction]).coming([Some(&*it.date)]));
    }
}

fn laws<'a>(pack: &'a Pack, facts: &mut Vec<Fact<'a>>) {
    for it in pack.jurisdictions.values() {
        facts.push(fact!("jurisdiction", it).of([&it.id]).of(&it.part_of));
    }
    for it in pack.laws.values() {
        let texts = [Some(&it.obliges), Some(&it.whom), it.cross_border.as_ref()];
        let fact = fact!("law", it).saying(texts.map(|it| it.map(|it| &**it)));
        let fact = fact.saying([it.safeguards.as_deref()]).of([&it.jurisdiction]);
        facts.push(fact.lasting(it.from.as_deref(), it.to.as_deref()));
    }
    for it in pack.rights.values() {
        let fact = fact!("right", it).saying([Some(&*it.says), Some(&*it.how)]);
        facts.push(fact.of(&it.regions).coming([it.from.as_deref()]));
    }
    for it in pack.letters.values() {
        facts.push(fact!("letter", it).saying([Some(&*it.text)]).of(&it.regions));
    }
    for it in pack.standards.values() {
        let texts = [Some(&*it.scope), it.excludes.as_deref(), it.history.as_deref()];
        let fact = fact!("standard", it).saying(texts).of([&it.jurisdiction]);
        facts.push(fact.coming([it.from.as_deref()]));
    }
    for it in pack.clauses.values() {
        facts.push(fact!("clause", it).saying([Some(&*it.asks), Some(&*it.test)]));
    }
}
