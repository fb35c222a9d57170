/** What views show as the server said it: they do not know the wire themselves. */
export type {
  Access,
  AccessRecord,
  Account,
  Case,
  Export,
  FoundMessage,
  Me,
  NewExport,
  OpenedRange,
  SearchResult,
  ServedClient,
  Span,
  SystemStream,
  TranscriptRow,
  Version,
} from "../../wire/types.gen";
