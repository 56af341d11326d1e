// The shapes of the JSON API, /api/v1, by area.
export type * from "./entity_types";
export type * from "./ingest_types";
export type * from "./number_types";
export type * from "./report_types";
export type * from "./service_types";
export type * from "./shared_types";
