#pragma once
#include <stddef.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

/// `EVP_sha256()` names a method table; keeping it on the C side spares Swift the pointer.
static inline int c_sha256(const unsigned char *bytes, size_t count, unsigned char out[32]) {
    unsigned int length = 0;
    return EVP_Digest(bytes, count, out, &length, EVP_sha256(), NULL) == 1 && length == 32;
}
static inline int c_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *bytes, size_t count, unsigned char out[32]
) {
    unsigned int length = 0;
    return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, out, &length) != NULL && length == 32;
}
/// HKDF-SHA256, extract and expand (RFC 5869) with an empty salt.
static inline int c_hkdf_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *info, size_t info_count,
    unsigned char *out, size_t out_count
) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    if (!context) return 0;
    int ok = EVP_PKEY_derive_init(context) == 1
        && EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1
        && EVP_PKEY_CTX_set1_hkdf_key(context, key, (int)key_count) == 1
        && EVP_PKEY_CTX_add1_hkdf_info(context, info, (int)info_count) == 1
        && EVP_PKEY_derive(context, out, &out_count) == 1;
    EVP_PKEY_CTX_free(context);
    return ok;
}
