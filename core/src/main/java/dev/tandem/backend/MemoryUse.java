package dev.tandem.backend;

/**
 * How much memory a backend holds, in bytes.
 *
 * @param live in use by buffers and temporaries
 * @param cached held for reuse
 * @param limit what live and cached together may not exceed
 */
public record MemoryUse(long live, long cached, long limit) {}
