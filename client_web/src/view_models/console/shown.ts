/** What views show as the server said it: they do not know the wire themselves. */
export type {
  AccessRecord,
  Case,
  Export,
  FoundMessage,
  Me,
  NewExport,
  OpenedRange,
  SearchResult,
  Span,
  TranscriptRow,
  Version,
} from "../../wire/types.gen";
