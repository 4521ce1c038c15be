#pragma once
#include <stddef.h>

/// One file of the repository, carried inside the binary.
typedef struct {
    const char *path;
    const unsigned char *bytes;
    size_t count;
} c_asset;

/// All embedded files in the order of their paths, and how many there are.
extern const size_t c_assets_count;
const c_asset *c_asset_at(size_t index);
