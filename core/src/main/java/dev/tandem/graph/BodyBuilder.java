package dev.tandem.graph;

import dev.tandem.schedule.Body;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Operand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the expression of one kernel. Nodes that the kernel computes become instructions,
 * everything else is an operand, a scalar or a constant. Registers get their final numbers at the
 * end, when it is known how many operands and scalars there are.
 */
final class BodyBuilder {

  // provisional register numbers
  private static final int SCALARS = 1 << 28;
  private static final int INSTRUCTIONS = 1 << 29;

  private final ResolvedGraph graph;
  private final Slots slots;
  private final int[] shape;
  private final List<Integer> members;
  private final int product;

  private final List<Operand> operands = new ArrayList<>();
  private final Map<Operand, Integer> operandRegisters = new HashMap<>();
  private final List<Integer> scalars = new ArrayList<>();
  private final List<Expression.Instruction> instructions = new ArrayList<>();
  private final Map<Integer, Integer> registers = new HashMap<>();

  /**
   * @param shape the iteration space
   * @param members nodes to compute inside
   * @param product the member that is a matmul's product, register 0; or -1
   */
  BodyBuilder(ResolvedGraph graph, Slots slots, int[] shape, List<Integer> members, int product) {
    this.graph = graph;
    this.slots = slots;
    this.shape = shape;
    this.members = members;
    this.product = product;
  }

  /** Operands in the order of their registers, over the iteration space. */
  List<Operand> operands() {
    return operands;
  }

  /** The register that holds the value of a member. */
  int computed(int node) {
    Integer known = registers.get(node);
    if (known != null) {
      return known;
    }
    int register;
    if (node == product) {
      register = -1;
    } else {
      register = instruction(node);
    }
    registers.put(node, register);
    return register;
  }

  private int instruction(int node) {
    int[] inputs = graph.inputs(node);
    int[] own = graph.shape(node);
    return add(
        switch (graph.node(node).op()) {
          case Op.Unary it -> new Expression.Unary(it.op(), read(inputs[0], own));
          case Op.Binary it ->
              new Expression.Binary(it.op(), read(inputs[0], own), read(inputs[1], own));
          case Op.Plain _ -> // only WHERE is elementwise
              new Expression.Where(
                  read(inputs[0], own), read(inputs[1], own), read(inputs[2], own));
          case Op.Leaf _,
              Op.Constant _,
              Op.Reduce _,
              Op.Permute _,
              Op.Slice _,
              Op.Pad _,
              Op.Concat _ ->
              throw new AssertionError("not elementwise: " + graph.node(node).op());
        });
  }

  private int add(Expression.Instruction instruction) {
    instructions.add(instruction);
    return INSTRUCTIONS + instructions.size() - 1;
  }

  /**
   * The register that holds the value of {@code node} as seen by a user of shape {@code userShape},
   * which has as many elements as the iteration space.
   */
  int read(int node, int[] userShape) {
    int base = graph.base(node);
    if (members.contains(base) && graph.isWholeBase(node)) {
      return computed(base);
    }
    if (graph.isUniform(base)) {
      return registers.containsKey(base) ? registers.get(base) : uniform(base);
    }
    int[] strides = IterationSpace.broadcast(graph.shape(node), graph.strides(node), userShape);
    int[] walked = IterationSpace.reshape(userShape, strides, shape);
    if (walked == null) {
      throw new AssertionError("lowering: an operand does not fit the kernel's shape");
    }
    Operand operand = new Operand(slots.slot(base), graph.offset(node), walked);
    return operandRegisters.computeIfAbsent(
        operand,
        added -> {
          operands.add(added);
          return operands.size() - 1;
        });
  }

  private int uniform(int node) {
    int register;
    if (graph.node(node).op() instanceof Op.Constant constant) {
      register = add(new Expression.Constant(constant.value()));
    } else {
      scalars.add(slots.scalar(node));
      register = SCALARS + scalars.size() - 1;
    }
    registers.put(node, register);
    return register;
  }

  /**
   * The body, with these registers as results and these operands in place of the collected ones.
   */
  Body build(List<Integer> results, List<Operand> finalOperands) {
    List<Expression.Instruction> numbered =
        instructions.stream().map(instruction -> instruction.renumbered(this::number)).toList();
    Expression expression =
        new Expression(
            inputCount(), scalars.size(), numbered, results.stream().map(this::number).toList());
    return new Body(
        expression, finalOperands, scalars.stream().mapToInt(Integer::intValue).toArray());
  }

  private int inputCount() {
    return operands.size() + (product >= 0 ? 1 : 0);
  }

  private int number(int register) {
    if (register >= INSTRUCTIONS) {
      return inputCount() + scalars.size() + register - INSTRUCTIONS;
    }
    if (register >= SCALARS) {
      return inputCount() + register - SCALARS;
    }
    return product >= 0 ? register + 1 : register; // the product itself is -1
  }
}
