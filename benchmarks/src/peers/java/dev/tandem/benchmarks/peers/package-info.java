/**
 * Other libraries as contenders, built only with Maven's profile {@code peers}: OpenBLAS, PyTorch,
 * ND4J, netlib's VectorBLAS and EJML. Each is used as its documentation says, with results written
 * to memory allocated beforehand where it can do that.
 */
@NullMarked
package dev.tandem.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
