//! scratch
use std::io::Read;
fn main() {
    let mut t = String::new();
    std::io::stdin().read_to_string(&mut t).unwrap();
    let start = std::time::Instant::now();
    let mut bytes = 0;
    for doc in t.split('\u{1e}') {
        bytes += doc.len();
        let f: Vec<String> = voiceassist_phi::findings(doc).iter().map(|f| {
            let c: String = doc.chars().skip(f.span.start as usize).take((f.span.end - f.span.start) as usize).collect();
            format!("{:?}/{}={}", f.kind, f.rule, c.replace('\n', "\\n"))
        }).collect();
        println!("{}\t{}", voiceassist_phi::classify(doc), f.join(" ; "));
    }
    eprintln!("{} bytes in {:?}", bytes, start.elapsed());
}
