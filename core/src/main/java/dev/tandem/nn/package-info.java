/**
 * Models: {@link dev.tandem.nn.Module} holds named parameters and other modules, {@link
 * dev.tandem.nn.Layer} makes one tensor of another, {@link dev.tandem.nn.Sequential} strings layers
 * together. Names, shapes and initial values are PyTorch's, so that saved models go both ways.
 *
 * <p>Import {@code Module} by name: {@code import dev.tandem.nn.*} would clash with {@code
 * java.lang.Module}.
 */
@NullMarked
package dev.tandem.nn;

import org.jspecify.annotations.NullMarked;
