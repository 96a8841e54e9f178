//! The sample project's results, byte for byte, and their schemas.

use serde_json::Value;

use crate::support::{Project, files, repository};

#[test]
fn sample_results_are_as_they_were() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let golden = repository().join("tests/golden/results");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _not_there_yet = std::fs::remove_dir_all(&golden);
        crate::support::copy(&project.path("results"), &golden);
        return;
    }
    let (now, before) = (project.results(), files(&golden));
    let names = |list: &[(String, Vec<u8>)]| list.iter().map(|f| f.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&now), names(&before), "UPDATE_GOLDEN=1 rewrites them");
    for ((name, now), (_, before)) in now.iter().zip(&before) {
        let lines = |bytes: &[u8]| -> Vec<String> {
            String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
        };
        let (now, before) = (lines(now), lines(before));
        let first = (0..now.len().max(before.len())).find(|i| now.get(*i) != before.get(*i));
        if let Some(i) = first {
            let (now, before) = (now.get(i), before.get(i));
            panic!("{name}:{}: {now:?} for {before:?}; UPDATE_GOLDEN=1 rewrites it", i + 1);
        }
    }
}

#[test]
fn every_sample_result_fits_its_schema() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let mut checked = 0;
    let results = project.results().into_iter().filter(|f| f.0.rsplit('.').next() == Some("json"));
    for (name, bytes) in results {
        let value: Value = serde_json::from_slice(&bytes).expect("results are JSON");
        let kind = match value["schema"]["name"].as_str() {
            Some(schema) => schema.trim_start_matches("thematic.").to_owned(),
            None => "manifest".to_owned(),
        };
        fits(&project, &kind, &value, &name);
        checked += 1;
    }
    assert!(checked >= 9, "{checked}");
    for line in project.read("results/company/said-with-time/evidence.jsonl").lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        fits(&project, "evidence", &row, "evidence");
    }
    for row in project.export() {
        fits(&project, "export", &row, "export");
    }
}

#[test]
fn a_schema_refuses_what_it_does_not_describe() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let mut value = project.result("alliance/alliance-lines.json");
    let schema = schema(&project, "kwic");
    assert!(jsonschema::is_valid(&schema, &value));
    value["rows"][0]["invented"] = 1.into();
    assert!(!jsonschema::is_valid(&schema, &value));
    value["rows"] = Value::Array(Vec::new());
    value["summary"]["rows"] = "many".into();
    assert!(!jsonschema::is_valid(&schema, &value));
}

fn schema(project: &Project, kind: &str) -> Value {
    serde_json::from_str(&project.run(&["schema", kind]).ok()).expect("a schema is JSON")
}

fn fits(project: &Project, kind: &str, value: &Value, name: &str) {
    let schema = schema(project, kind);
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|e| format!("{} at {}", e, e.instance_path()))
        .take(3)
        .collect();
    assert_eq!(errors, [""; 0], "{name} against {kind}");
}

#[test]
fn numbers_lead_back_to_the_words() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let passages = project.export();
    let lines = project.result("alliance/alliance-lines.json");
    for row in lines["rows"].as_array().expect("rows") {
        let passage = passages
            .iter()
            .find(|p| p["source"] == row["source"] && p["passage"] == row["passage"])
            .expect("the passage is exported");
        let text: Vec<char> = passage["text"].as_str().expect("text").chars().collect();
        let at = |key: &str| {
            let number = |v: &Value| v.as_u64().expect("a number");
            usize::try_from(number(&row[key]) - number(&passage["start_char"])).expect("small")
        };
        let words: String = text[at("start_char")..at("end_char")].iter().collect();
        assert_eq!(row["match"], Value::String(words));
        let token = usize::try_from(
            row["start_token"].as_u64().expect("number")
                - passage["start_token"].as_u64().expect("number"),
        )
        .expect("small");
        assert_eq!(passage["tokens"][token][0], at("start_char"));
        let whole: String = text.iter().collect();
        let shown = ["left", "match", "right"].map(|k| row[k].as_str().expect("text")).concat();
        assert!(whole.contains(&shown), "{shown} is not in the passage");
        let line = row["locator"].as_str().and_then(|l| l.rsplit("line ").next()).expect("line");
        let file = std::fs::read_to_string(
            project.path("corpora").join(row["source"].as_str().expect("source")),
        )
        .expect("source");
        let line = file.lines().nth(line.parse::<usize>().expect("number") - 1).expect("line");
        let first = row["match"].as_str().expect("text").split(' ').next().expect("word");
        assert!(line.contains(first), "{first} is not in {line}");
    }
}
