fn main(){ for f in std::env::args().skip(1){ let b=std::fs::read(&f).unwrap(); let d=thematic::ingest::read(&f,&b).unwrap(); let p=thematic::segment::Segmenter::new(Default::default()).unwrap().segment(d);
 println!("=== {f} title {:?}", p.title);
 for r in &p.removed { println!("REMOVED {} {:?} {}", r.line, r.text, r.reason); }
 for x in &p.passages { let s=&p.sections[x.section as usize]; println!("[{} l{} {:?} {:?} t{} {} {:?} p{:?} ln{} {:?}] {}", x.kind.name(), s.level, s.role, s.title.as_deref().unwrap_or("").chars().take(20).collect::<String>(), x.turn, x.voice.name(), x.speaker.map(|s|&p.speakers[s as usize].name), x.page, x.marks[0].line, x.time, x.text);
  for q in &x.quotations { println!("      Q {}: {}", p.speakers[q.speaker as usize].name, &x.text[x.tokens[q.tokens.start as usize].start as usize..x.tokens[q.tokens.end as usize-1].end as usize]); } } } }
