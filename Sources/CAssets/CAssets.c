// Made by scripts/embed: do not edit.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CAssets.h"

static const unsigned char asset_0[] = {
#embed "../../migrations/postgres/001_start.sql"
    , 0};

static const unsigned char asset_1[] = {
#embed "../../migrations/postgres/002_lean.sql"
    , 0};

static const unsigned char asset_2[] = {
#embed "../../migrations/postgres/003_operations.sql"
    , 0};

static const unsigned char asset_3[] = {
#embed "../../migrations/postgres/004_growth.sql"
    , 0};

static const unsigned char asset_4[] = {
#embed "../../migrations/postgres/005_claims.sql"
    , 0};

static const unsigned char asset_5[] = {
#embed "../../migrations/postgres/006_dispatch.sql"
    , 0};

static const unsigned char asset_6[] = {
#embed "../../migrations/postgres/007_webhooks.sql"
    , 0};

static const unsigned char asset_7[] = {
#embed "../../migrations/sqlite/001_start.sql"
    , 0};

static const unsigned char asset_8[] = {
#embed "../../migrations/sqlite/002_lean.sql"
    , 0};

static const unsigned char asset_9[] = {
#embed "../../migrations/sqlite/003_operations.sql"
    , 0};

static const unsigned char asset_10[] = {
#embed "../../migrations/sqlite/004_growth.sql"
    , 0};

static const unsigned char asset_11[] = {
#embed "../../migrations/sqlite/005_claims.sql"
    , 0};

static const unsigned char asset_12[] = {
#embed "../../migrations/sqlite/006_dispatch.sql"
    , 0};

static const unsigned char asset_13[] = {
#embed "../../migrations/sqlite/007_webhooks.sql"
    , 0};

static const unsigned char asset_14[] = {
#embed "../../prompts/editorial.md"
    , 0};

static const unsigned char asset_15[] = {
#embed "../../prompts/research_evidence.md"
    , 0};

static const unsigned char asset_16[] = {
#embed "../../prompts/research_query.md"
    , 0};

static const unsigned char asset_17[] = {
#embed "../../prompts/response.md"
    , 0};

static const unsigned char asset_18[] = {
#embed "../../prompts/triage.md"
    , 0};

static const unsigned char asset_19[] = {
#embed "../../schemas/DraftResponse.schema.json"
    , 0};

static const unsigned char asset_20[] = {
#embed "../../schemas/EditorialDecision.schema.json"
    , 0};

static const unsigned char asset_21[] = {
#embed "../../schemas/PostedComment.schema.json"
    , 0};

static const unsigned char asset_22[] = {
#embed "../../schemas/ResearchFindings.schema.json"
    , 0};

static const unsigned char asset_23[] = {
#embed "../../schemas/TriageResult.schema.json"
    , 0};

static const unsigned char asset_24[] = {
#embed "../../schemas/chart-1.schema.json"
    , 0};

static const unsigned char asset_25[] = {
#embed "../../schemas/editorial.output.schema.json"
    , 0};

static const unsigned char asset_26[] = {
#embed "../../schemas/research.agent.output.schema.json"
    , 0};

static const unsigned char asset_27[] = {
#embed "../../schemas/research.next_query.output.schema.json"
    , 0};

static const unsigned char asset_28[] = {
#embed "../../schemas/research.output.schema.json"
    , 0};

static const unsigned char asset_29[] = {
#embed "../../schemas/response.output.schema.json"
    , 0};

static const unsigned char asset_30[] = {
#embed "../../schemas/triage.output.schema.json"
    , 0};

static const unsigned char asset_31[] = {
#embed "../../statecharts/post.yaml"
    , 0};

static const unsigned char asset_32[] = {
#embed "../../web/app.css"
    , 0};

static const unsigned char asset_33[] = {
#embed "../../web/app.js"
    , 0};

static const unsigned char asset_34[] = {
#embed "../../web/openapi.json"
    , 0};

static const unsigned char asset_35[] = {
#embed "../../web/page.mustache"
    , 0};

static const unsigned char asset_36[] = {
#embed "../../web/post.mustache"
    , 0};

static const unsigned char asset_37[] = {
#embed "../../web/posts.mustache"
    , 0};

static const c_asset c_assets[] = {
    {"migrations/postgres/001_start.sql", asset_0, sizeof asset_0 - 1},
    {"migrations/postgres/002_lean.sql", asset_1, sizeof asset_1 - 1},
    {"migrations/postgres/003_operations.sql", asset_2, sizeof asset_2 - 1},
    {"migrations/postgres/004_growth.sql", asset_3, sizeof asset_3 - 1},
    {"migrations/postgres/005_claims.sql", asset_4, sizeof asset_4 - 1},
    {"migrations/postgres/006_dispatch.sql", asset_5, sizeof asset_5 - 1},
    {"migrations/postgres/007_webhooks.sql", asset_6, sizeof asset_6 - 1},
    {"migrations/sqlite/001_start.sql", asset_7, sizeof asset_7 - 1},
    {"migrations/sqlite/002_lean.sql", asset_8, sizeof asset_8 - 1},
    {"migrations/sqlite/003_operations.sql", asset_9, sizeof asset_9 - 1},
    {"migrations/sqlite/004_growth.sql", asset_10, sizeof asset_10 - 1},
    {"migrations/sqlite/005_claims.sql", asset_11, sizeof asset_11 - 1},
    {"migrations/sqlite/006_dispatch.sql", asset_12, sizeof asset_12 - 1},
    {"migrations/sqlite/007_webhooks.sql", asset_13, sizeof asset_13 - 1},
    {"prompts/editorial.md", asset_14, sizeof asset_14 - 1},
    {"prompts/research_evidence.md", asset_15, sizeof asset_15 - 1},
    {"prompts/research_query.md", asset_16, sizeof asset_16 - 1},
    {"prompts/response.md", asset_17, sizeof asset_17 - 1},
    {"prompts/triage.md", asset_18, sizeof asset_18 - 1},
    {"schemas/DraftResponse.schema.json", asset_19, sizeof asset_19 - 1},
    {"schemas/EditorialDecision.schema.json", asset_20, sizeof asset_20 - 1},
    {"schemas/PostedComment.schema.json", asset_21, sizeof asset_21 - 1},
    {"schemas/ResearchFindings.schema.json", asset_22, sizeof asset_22 - 1},
    {"schemas/TriageResult.schema.json", asset_23, sizeof asset_23 - 1},
    {"schemas/chart-1.schema.json", asset_24, sizeof asset_24 - 1},
    {"schemas/editorial.output.schema.json", asset_25, sizeof asset_25 - 1},
    {"schemas/research.agent.output.schema.json", asset_26, sizeof asset_26 - 1},
    {"schemas/research.next_query.output.schema.json", asset_27, sizeof asset_27 - 1},
    {"schemas/research.output.schema.json", asset_28, sizeof asset_28 - 1},
    {"schemas/response.output.schema.json", asset_29, sizeof asset_29 - 1},
    {"schemas/triage.output.schema.json", asset_30, sizeof asset_30 - 1},
    {"statecharts/post.yaml", asset_31, sizeof asset_31 - 1},
    {"web/app.css", asset_32, sizeof asset_32 - 1},
    {"web/app.js", asset_33, sizeof asset_33 - 1},
    {"web/openapi.json", asset_34, sizeof asset_34 - 1},
    {"web/page.mustache", asset_35, sizeof asset_35 - 1},
    {"web/post.mustache", asset_36, sizeof asset_36 - 1},
    {"web/posts.mustache", asset_37, sizeof asset_37 - 1},
    {0, 0, 0},
};
const size_t c_assets_count = 38;
const c_asset *c_asset_at(size_t index) { return &c_assets[index]; }
