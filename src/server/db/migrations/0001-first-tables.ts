/** The first shape of the database: every table of `schema.ts`. Never edited after a release; a change is a new migration. */
export const name = '0001-first-tables';

export const sql = `
CREATE SEQUENCE "conversation_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 10001 CACHE 1;
CREATE TABLE "agent" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "display_name" text NOT NULL,
  "kana" text DEFAULT '' NOT NULL,
  "role" text NOT NULL,
  "queue_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
  "state" text DEFAULT 'active' NOT NULL,
  "workspace_id" uuid NOT NULL,
  "rights" jsonb DEFAULT '["directory","revealPersonalData"]'::jsonb NOT NULL
);
CREATE TABLE "attachment" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "message_id" uuid NOT NULL,
  "conversation_id" uuid NOT NULL,
  "name" text NOT NULL,
  "declared_type" text NOT NULL,
  "sniffed_type" text NOT NULL,
  "size" bigint NOT NULL,
  "sha256" text NOT NULL,
  "inline_cid" text,
  "is_blocked" boolean DEFAULT false NOT NULL
);
CREATE TABLE "call" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "conversation_id" uuid NOT NULL,
  "customer_id" uuid NOT NULL,
  "direction" text NOT NULL,
  "from_masked" text,
  "from_reason" text,
  "queue_id" uuid NOT NULL,
  "agent_id" uuid,
  "state" text NOT NULL,
  "offered_at" bigint NOT NULL,
  "expires_at" bigint NOT NULL,
  "answered_at" bigint,
  "ended_at" bigint,
  "held_ms" integer DEFAULT 0 NOT NULL,
  "held_since" bigint,
  "cause" text,
  "wrap_up_code_id" uuid,
  "wrap_up_note" text DEFAULT '' NOT NULL,
  "wrap_up_started_at" bigint,
  "wrap_up_ended_at" bigint,
  "channel_account_id" uuid NOT NULL,
  "external_id" text NOT NULL,
  "linked_id" text,
  "last_event_seq" bigint DEFAULT 0 NOT NULL
);
CREATE TABLE "call_note" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "call_id" uuid NOT NULL,
  "conversation_id" uuid NOT NULL,
  "text" text NOT NULL,
  "offset_ms" integer NOT NULL,
  "author_name" text NOT NULL,
  "created_at" bigint NOT NULL
);
CREATE TABLE "caution" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "text" text NOT NULL,
  "author_name" text NOT NULL,
  "created_at" bigint NOT NULL
);
CREATE TABLE "channel_account" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "workspace_id" uuid NOT NULL,
  "channel" text NOT NULL,
  "name" text NOT NULL,
  "address" text NOT NULL,
  "is_demo" boolean DEFAULT false NOT NULL,
  "state" text DEFAULT 'off' NOT NULL,
  "last_success_at" bigint,
  "last_error_at" bigint,
  "last_error" text,
  "quota_limit" integer,
  "quota_used" integer,
  "queue_id" uuid NOT NULL,
  "account_key" text NOT NULL,
  "sealed_settings" text NOT NULL,
  "own_state" jsonb
);
CREATE TABLE "channel_identity" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "channel" text NOT NULL,
  "masked_value" text NOT NULL,
  "keyed_hash" text NOT NULL,
  "is_verified" boolean DEFAULT false NOT NULL,
  "is_blocked" boolean DEFAULT false NOT NULL,
  "workspace_id" uuid NOT NULL,
  "address" text NOT NULL
);
CREATE TABLE "conversation" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "workspace_id" uuid NOT NULL,
  "channel_account_id" uuid NOT NULL,
  "channel" text NOT NULL,
  "customer_id" uuid NOT NULL,
  "queue_id" uuid NOT NULL,
  "assignee_id" uuid,
  "number" text NOT NULL,
  "subject" text,
  "visibility" text DEFAULT 'private' NOT NULL,
  "status" text DEFAULT 'new' NOT NULL,
  "category" text,
  "tags" jsonb DEFAULT '[]'::jsonb NOT NULL,
  "opened_at" bigint NOT NULL,
  "resolved_at" bigint,
  "last_seq" integer DEFAULT 0 NOT NULL,
  "last_in_seq" integer DEFAULT 0 NOT NULL,
  "read_seq" integer DEFAULT 0 NOT NULL,
  "unread_count" integer DEFAULT 0 NOT NULL,
  "last_in_at" bigint,
  "last_out_at" bigint,
  "last_activity_at" bigint NOT NULL,
  "preview" text DEFAULT '' NOT NULL,
  "preview_direction" text DEFAULT 'in' NOT NULL,
  "due_at" bigint,
  "reply_window" text,
  "reply_window_closes_at" bigint,
  "external_thread_id" text NOT NULL,
  "first_unanswered_at" bigint,
  "reply_token" text,
  "reply_token_expires_at" bigint
);
CREATE TABLE "customer" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "workspace_id" uuid NOT NULL,
  "display_name" text NOT NULL,
  "kana" text DEFAULT '' NOT NULL,
  "kind" text DEFAULT 'person' NOT NULL,
  "member_number" text,
  "rank" text,
  "since" bigint,
  "preferred_channel" text,
  "preferred_note" text,
  "language" text DEFAULT 'ja' NOT NULL,
  "stage" text DEFAULT 'notPurchased' NOT NULL,
  "handling_state" text DEFAULT 'normal' NOT NULL,
  "address_masked" text,
  "last_activity_at" bigint
);
CREATE TABLE "handover_note" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "text" text NOT NULL,
  "author_name" text NOT NULL,
  "created_at" bigint NOT NULL,
  "acknowledged_by_name" text,
  "acknowledged_at" bigint
);
CREATE TABLE "message" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "conversation_id" uuid NOT NULL,
  "customer_id" uuid NOT NULL,
  "channel" text NOT NULL,
  "seq" integer NOT NULL,
  "direction" text NOT NULL,
  "visibility" text DEFAULT 'private' NOT NULL,
  "author_kind" text NOT NULL,
  "author_id" uuid,
  "author_name" text NOT NULL,
  "text" text NOT NULL,
  "html" text,
  "detail" jsonb DEFAULT '{"kind":"text"}'::jsonb NOT NULL,
  "parent_message_id" uuid,
  "sent_at" bigint NOT NULL,
  "received_at" bigint NOT NULL,
  "delivery_state" text,
  "delivery_reason" text,
  "delivery_at" bigint,
  "redacted_at" bigint,
  "channel_account_id" uuid NOT NULL,
  "external_id" text,
  "client_message_id" text,
  "raw_event_id" text,
  "answers_external_ids" jsonb DEFAULT '[]'::jsonb NOT NULL
);
CREATE TABLE "order" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "number" text NOT NULL,
  "ordered_at" bigint NOT NULL,
  "sales_channel" text NOT NULL,
  "status" text NOT NULL,
  "amount" bigint NOT NULL,
  "currency" text NOT NULL,
  "lines" jsonb DEFAULT '[]'::jsonb NOT NULL
);
CREATE TABLE "personal_data" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "customer_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "value" text NOT NULL
);
CREATE TABLE "queue" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "workspace_id" uuid NOT NULL,
  "name" text NOT NULL,
  "reply_targets" jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE "workspace" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "name" text NOT NULL,
  "colour" text NOT NULL,
  "time_zone" text NOT NULL,
  "locale" text NOT NULL,
  "is_demo" boolean DEFAULT false NOT NULL
);
CREATE TABLE "wrap_up_code" (
  "id" uuid PRIMARY KEY NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "workspace_id" uuid NOT NULL,
  "label_ja" text NOT NULL,
  "label_en" text NOT NULL,
  "position" integer NOT NULL
);
CREATE TABLE "audit_event" (
  "id" uuid PRIMARY KEY NOT NULL,
  "at" bigint NOT NULL,
  "agent_id" uuid,
  "from_address" text,
  "what" text NOT NULL,
  "target" text,
  "reason" text,
  "before" jsonb,
  "after" jsonb
);
CREATE TABLE "blob" (
  "sha256" text PRIMARY KEY NOT NULL,
  "size" bigint NOT NULL,
  "path" text NOT NULL,
  "stored_at" bigint NOT NULL
);
CREATE TABLE "command_verdict" (
  "client_id" uuid NOT NULL,
  "mid" bigint NOT NULL,
  "command_id" uuid NOT NULL,
  "agent_id" uuid NOT NULL,
  "verdict" jsonb NOT NULL,
  "at" bigint NOT NULL,
  CONSTRAINT "command_verdict_client_id_mid_pk" PRIMARY KEY("client_id","mid")
);
CREATE TABLE "credential" (
  "agent_id" uuid PRIMARY KEY NOT NULL,
  "login" text NOT NULL,
  "password_hash" text NOT NULL
);
CREATE TABLE "device" (
  "client_id" uuid PRIMARY KEY NOT NULL,
  "agent_id" uuid NOT NULL,
  "name" text NOT NULL,
  "platform" text NOT NULL,
  "app_version" text NOT NULL,
  "lease" text,
  "last_mid" bigint DEFAULT 0 NOT NULL,
  "last_seen_at" bigint NOT NULL,
  "revoked_at" bigint
);
CREATE TABLE "feed_entry" (
  "scope" text NOT NULL,
  "kind" text NOT NULL,
  "row_id" uuid NOT NULL,
  "sv" bigint NOT NULL,
  "gone" boolean DEFAULT false NOT NULL,
  CONSTRAINT "feed_entry_scope_kind_row_id_pk" PRIMARY KEY("scope","kind","row_id")
);
CREATE TABLE "organisation" (
  "id" uuid PRIMARY KEY NOT NULL,
  "name" text NOT NULL,
  "time_zone" text NOT NULL,
  "locale" text NOT NULL,
  "epoch" text NOT NULL,
  "sv" bigint DEFAULT 0 NOT NULL,
  "horizon" bigint DEFAULT 0 NOT NULL,
  "identity_key" "bytea" NOT NULL
);
CREATE TABLE "outbound" (
  "message_id" uuid PRIMARY KEY NOT NULL,
  "account_id" uuid NOT NULL,
  "state" text NOT NULL,
  "attempt" integer DEFAULT 1 NOT NULL,
  "tries" integer DEFAULT 0 NOT NULL,
  "idempotency_key" uuid NOT NULL,
  "used_reply_token" boolean DEFAULT false NOT NULL,
  "external_id" text,
  "not_before" bigint,
  "last_error" text,
  "created_at" bigint NOT NULL,
  "updated_at" bigint NOT NULL
);
CREATE TABLE "pin" (
  "agent_id" uuid NOT NULL,
  "scope" text NOT NULL,
  "pinned_at" bigint NOT NULL,
  CONSTRAINT "pin_agent_id_scope_pk" PRIMARY KEY("agent_id","scope")
);
CREATE TABLE "raw_event" (
  "account_id" uuid NOT NULL,
  "event_id" text NOT NULL,
  "body" "bytea" NOT NULL,
  "received_at" bigint NOT NULL,
  CONSTRAINT "raw_event_account_id_event_id_pk" PRIMARY KEY("account_id","event_id")
);
CREATE TABLE "session" (
  "id" uuid PRIMARY KEY NOT NULL,
  "agent_id" uuid NOT NULL,
  "client_id" uuid NOT NULL,
  "created_at" bigint NOT NULL,
  "ended_at" bigint,
  "ended_because" text
);
CREATE TABLE "session_token" (
  "hash" text PRIMARY KEY NOT NULL,
  "session_id" uuid NOT NULL,
  "kind" text NOT NULL,
  "expires_at" bigint NOT NULL,
  "used_at" bigint
);
CREATE TABLE "sv_mark" (
  "at" bigint PRIMARY KEY NOT NULL,
  "sv" bigint NOT NULL
);
`;
