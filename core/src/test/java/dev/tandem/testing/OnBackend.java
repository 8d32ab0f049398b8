package dev.tandem.testing;

import dev.tandem.Backends;
import dev.tandem.backend.Backend;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs every test of a {@link Subject} with its backend as the current one. */
final class OnBackend implements InvocationInterceptor {

  @Override
  public void interceptTestMethod(
      Invocation<Void> test,
      ReflectiveInvocationContext<Method> invocation,
      ExtensionContext context)
      throws Throwable {
    run(test, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> test,
      ReflectiveInvocationContext<Method> invocation,
      ExtensionContext context)
      throws Throwable {
    run(test, context);
  }

  private static void run(Invocation<Void> test, ExtensionContext context) throws Throwable {
    Backend backend = ((Subject) context.getRequiredTestInstance()).backend();
    Throwable failure = Backends.with(backend, thrown(test));
    if (failure != NONE) {
      throw failure;
    }
  }

  private static final Throwable NONE = new Throwable("the test passed");

  private static Supplier<Throwable> thrown(Invocation<Void> test) {
    return () -> {
      try {
        test.proceed();
        return NONE;
      } catch (Throwable failure) {
        return failure;
      }
    };
  }
}
