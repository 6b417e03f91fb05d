package io.eventbus.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A condition on what is reached when somebody calls a class through an interface: by the methods that implement the interface, and by
 * methods of the same class that those call. The bodies of lambdas are left out, since they usually run elsewhere.
 */
final class Reach extends ArchCondition<JavaClass> {

    private final Collection<String> interfaces;
    private final DescribedPredicate<JavaAccess<?>> wanted;

    /**
     * A condition that holds for each access that is reached and wanted.
     *
     * @param interfaces the names of the interfaces through which a class is called
     */
    Reach(Collection<String> interfaces, DescribedPredicate<JavaAccess<?>> wanted) {
        super("reach " + wanted.getDescription());
        this.interfaces = interfaces;
        this.wanted = wanted;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (JavaCodeUnit method : reachable(type)) {
            for (JavaAccess<?> access : method.getAccessesFromSelf()) {
                if (!access.isDeclaredInLambda()) {
                    events.add(new SimpleConditionEvent(access, wanted.test(access), access.getDescription()));
                }
            }
        }
    }

    private Set<JavaCodeUnit> reachable(JavaClass type) {
        Set<JavaCodeUnit> reachable = new LinkedHashSet<>();
        Deque<JavaCodeUnit> open = new ArrayDeque<>();
        for (JavaCodeUnit method : type.getMethods()) {
            if (implementsOne(type, method)) {
                open.add(method);
            }
        }
        while (!open.isEmpty()) {
            JavaCodeUnit method = open.remove();
            if (reachable.add(method)) {
                for (JavaAccess<?> access : method.getAccessesFromSelf()) {
                    if (access.getTargetOwner().equals(type) && !access.isDeclaredInLambda()) {
                        type.getCodeUnits().stream()
                                .filter(unit -> unit.getFullName()
                                        .equals(access.getTarget().getFullName()))
                                .forEach(open::add);
                    }
                }
            }
        }
        return reachable;
    }

    private boolean implementsOne(JavaClass type, JavaCodeUnit method) {
        return type.getAllRawInterfaces().stream()
                .filter(each -> interfaces.contains(each.getName()))
                .anyMatch(each -> each.getMethods().stream()
                        .anyMatch(declared -> declared.getName().equals(method.getName())));
    }
}
