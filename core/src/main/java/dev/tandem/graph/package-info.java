/**
 * How a description becomes a schedule. A {@link dev.tandem.graph.Node} is an operation on other
 * nodes; {@link dev.tandem.graph.Engine} walks the nodes behind a value that is asked for, finds or
 * makes the plan for their structure, and runs it. {@link dev.tandem.graph.Lowering} is where a new
 * structure is translated. This package is not exported.
 */
@NullMarked
package dev.tandem.graph;

import org.jspecify.annotations.NullMarked;
