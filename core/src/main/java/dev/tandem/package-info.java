/**
 * What a user imports: {@link dev.tandem.Tensor}, {@link dev.tandem.Parameter}, {@link
 * dev.tandem.Shape}, {@link dev.tandem.Generator}, {@link dev.tandem.Gradients}, {@link
 * dev.tandem.Backends} and {@link dev.tandem.Evaluation}. A tensor is a description; see {@code
 * Tensor} first.
 */
@NullMarked
package dev.tandem;

import org.jspecify.annotations.NullMarked;
