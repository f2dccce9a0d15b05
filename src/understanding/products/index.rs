//! The index over a catalogue: which products have all of some words. tantivy, in memory.

use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentReader, TantivyDocument, Term,
    collector::{Collector, SegmentCollector},
    columnar::Column,
    indexer::NoMergePolicy,
    query::{AllQuery, BooleanQuery, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

/// What tantivy's writer may use while the catalogue is loaded, in bytes; its own minimum is 15 MB.
const WRITER_BYTES: usize = 15_000_000;

/// The numbers of the products, in the order of the file, by their stems.
pub struct WordIndex {
    reader: IndexReader,
    words: Field,
}

impl WordIndex {
    /// Indexes the stems of each product.
    ///
    /// # Errors
    /// Whatever tantivy reports; in memory that is a lack of it.
    pub fn new<'a>(products: impl Iterator<Item = &'a [String]>) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        // The stems are made by ourselves, as templates and vocabulary need the same ones.
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let words = schema.add_text_field("words", TextOptions::default().set_indexing_options(indexing));
        let number = schema.add_u64_field("number", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for (i, stems) in (0_u64..).zip(products) {
            let mut document = TantivyDocument::default();
            document.add_text(words, stems.join(" "));
            document.add_u64(number, i);
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, words })
    }

    /// The products that have every one of the stems, in no order.
    ///
    /// # Errors
    /// Whatever tantivy reports.
    pub fn with_all(&self, stems: &[String]) -> tantivy::Result<Vec<u32>> {
        let term = |stem: &String| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(self.words, stem), IndexRecordOption::Basic))
        };
        let query: Box<dyn Query> = match stems {
            [] => Box::new(AllQuery),
            [stem] => term(stem),
            _ => Box::new(BooleanQuery::intersection(stems.iter().map(term).collect())),
        };
        self.reader.searcher().search(&query, &Numbers)
    }
}

/// Collects the products' numbers, without scores.
struct Numbers;

impl Collector for Numbers {
    type Fruit = Vec<u32>;
    type Child = SegmentNumbers;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<SegmentNumbers> {
        Ok(SegmentNumbers { column: segment.fast_fields().u64("number")?, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<u32>>) -> tantivy::Result<Vec<u32>> {
        Ok(segments.concat())
    }
}

struct SegmentNumbers {
    column: Column<u64>,
    found: Vec<u32>,
}

impl SegmentCollector for SegmentNumbers {
    type Fruit = Vec<u32>;

    fn collect(&mut self, doc: DocId, _: Score) {
        if let Some(number) = self.column.first(doc).and_then(|n| u32::try_from(n).ok()) {
            self.found.push(number);
        }
    }

    fn harvest(self) -> Vec<u32> {
        self.found
    }
}
