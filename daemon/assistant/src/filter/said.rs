//! A filter in words: for its asker with everything in it, for the reasoning path without names and places.

use chrono::{DateTime, Utc};
use voiceassist_dav::icalendar::Zone;
use voiceassist_model::Source;

use super::Filter;
use crate::tools::own::Voice;

impl Filter {
    /// "mail since 1 November 2026 with Dr. Weber", by the asker's clock.
    pub(crate) fn said(&self, german: bool, zone: &Zone) -> String {
        let mut said = Vec::new();
        said.push(if self.sources.is_empty() {
            if german { "allen Quellen".to_owned() } else { "all sources".to_owned() }
        } else {
            let names: Vec<&str> = self.sources.iter().map(|source| name(*source, german)).collect();
            joined(&names, german)
        });
        if !self.types.is_empty() {
            let types: Vec<&str> = self.types.iter().map(String::as_str).collect();
            said.push(format!("({})", types.join(", ")));
        }
        if let Some(folder) = &self.folder {
            said.push(if german { format!("unter {folder}") } else { format!("below {folder}") });
        }
        if !self.files.is_empty() {
            said.push(match (self.files.len(), german) {
                (1, true) => "in der gewählten Datei".to_owned(),
                (1, false) => "in the chosen file".to_owned(),
                (many, true) => format!("in {many} gewählten Dateien"),
                (many, false) => format!("in {many} chosen files"),
            });
        }
        if let Some(from) = self.from {
            said.push(format!("{} {}", if german { "seit" } else { "since" }, day(from, german, zone)));
        }
        if let Some(to) = self.to {
            said.push(format!("{} {}", if german { "vor" } else { "before" }, day(to, german, zone)));
        }
        if !self.people.is_empty() {
            let people: Vec<&str> = self.people.iter().map(String::as_str).collect();
            said.push(format!("{} {}", if german { "mit" } else { "with" }, joined(&people, german)));
        }
        said.join(" ")
    }

    /// The same for a record: sources and times, and of the rest only that it was there.
    pub(crate) fn noted(&self) -> String {
        let mut noted = Vec::new();
        if !self.sources.is_empty() {
            let names: Vec<&str> = self.sources.iter().map(|source| source.as_str()).collect();
            noted.push(names.join(", "));
        }
        if !self.types.is_empty() {
            noted.push(format!("{} types", self.types.len()));
        }
        if self.folder.is_some() {
            noted.push("a folder".to_owned());
        }
        if !self.files.is_empty() {
            noted.push(format!("{} files", self.files.len()));
        }
        if let Some(from) = self.from {
            noted.push(format!("from {}", from.format("%Y-%m-%d")));
        }
        if let Some(to) = self.to {
            noted.push(format!("to {}", to.format("%Y-%m-%d")));
        }
        if !self.people.is_empty() {
            noted.push(format!("{} people", self.people.len()));
        }
        format!("narrowed to {}", noted.join("; "))
    }
}

/// What a source is called where things are looked for in it.
pub(crate) const fn name(source: Source, german: bool) -> &'static str {
    match (source, german) {
        (Source::File, false) => "files",
        (Source::File, true) => "Dateien",
        (Source::Event, false) => "the calendar",
        (Source::Event, true) => "dem Kalender",
        (Source::Task, false) => "tasks",
        (Source::Task, true) => "Aufgaben",
        (Source::Contact, false) => "contacts",
        (Source::Contact, true) => "Kontakten",
        (Source::Message, false) => "mail",
        (Source::Message, true) => "E-Mails",
    }
}

fn joined(words: &[&str], german: bool) -> String {
    words.join(if german { " und " } else { " and " })
}

/// "1 November 2026", by a clock.
pub(crate) fn day(at: DateTime<Utc>, german: bool, zone: &Zone) -> String {
    let voice = Voice { german, zone: zone.clone(), now: at };
    voice.date(voice.day_of(at))
}

#[cfg(test)]
mod tests {
    use voiceassist_dav::icalendar::Zone;
    use voiceassist_model::Source;

    use super::Filter;

    #[test]
    fn a_filter_is_said_whole_and_noted_without_names_and_places() {
        let filter = Filter {
            sources: vec![Source::File, Source::Message],
            types: vec!["pdf".into()],
            folder: Some("/Clinic/Ward 4".into()),
            files: vec![4_711],
            from: Some("2026-10-31T23:30:00Z".parse().unwrap()),
            to: None,
            people: vec!["Dr. Weber".into()],
        };
        let berlin = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(
            filter.said(false, &berlin),
            "files and mail (pdf) below /Clinic/Ward 4 in the chosen file since 1 November 2026 with Dr. Weber"
        );
        assert_eq!(
            filter.said(true, &berlin),
            "Dateien und E-Mails (pdf) unter /Clinic/Ward 4 in der gewählten Datei seit 1. November 2026 mit Dr. Weber"
        );
        let noted = filter.noted();
        assert!(!noted.contains("Weber") && !noted.contains("Ward"), "{noted}");
        assert_eq!(noted, "narrowed to file, message; 1 types; a folder; 1 files; from 2026-10-31; 1 people");
    }
}
