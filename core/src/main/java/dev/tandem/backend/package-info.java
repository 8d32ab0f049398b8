/**
 * The contract between the tensors and the engines. {@link dev.tandem.backend.Backend} is all that
 * an engine must offer; {@link dev.tandem.backend.BackendProvider} is how it is found.
 */
@NullMarked
package dev.tandem.backend;

import org.jspecify.annotations.NullMarked;
