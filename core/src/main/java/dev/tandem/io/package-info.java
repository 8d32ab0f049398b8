/**
 * Tensors in files: {@link dev.tandem.io.Safetensors} for models and {@link dev.tandem.io.Npy} for
 * single arrays. Reading trusts nothing: a file that breaks its format's rules is a {@link
 * dev.tandem.io.MalformedFileException} that names the file and the rule, before any of its numbers
 * is used. Writing is all or nothing: {@link dev.tandem.io.AtomicFile} leaves the old file or the
 * new one, never half of one. Between file and tensor stands {@link dev.tandem.io.TensorData}:
 * bytes with an element type and a shape. Start reading at {@code Safetensors}.
 */
@NullMarked
package dev.tandem.io;

import org.jspecify.annotations.NullMarked;
