import java.io.File;
import java.util.List;
import java.util.Set;
import shark.HeapAnalysis;
import shark.HeapAnalysisFailure;
import shark.HeapAnalysisSuccess;
import shark.HeapAnalyzer;
import shark.Leak;
import shark.LeakTrace;
import shark.LeakTraceReference;
import shark.MetadataExtractor;
import shark.ObjectInspector;

/**
 * FILE ID...: for each object (decimal ids) a line with the kind of the root that Shark finds it leaked from, or none, and the ids from the object up to
 * that. Shark's traces have no ids: an inspector leaves them as labels.
 */
final class SharkPaths {
    public static void main(String[] args) throws Throwable {
        for (int index = 1; index < args.length; index++) System.out.println(path(new File(args[0]), Long.parseLong(args[index])));
    }

    private static String path(File file, long id) throws Throwable {
        ObjectInspector label = reporter -> reporter.getLabels().add("id=" + reporter.getHeapObject().getObjectId());
        HeapAnalysis analysis = new HeapAnalyzer(step -> {}).analyze(
                file, graph -> Set.of(id), List.of(), false, List.of(label), MetadataExtractor.Companion.getNO_OP(), null);
        if (analysis instanceof HeapAnalysisFailure failure) throw failure.getException();
        for (Leak leak : (Iterable<Leak>) ((HeapAnalysisSuccess) analysis).getAllLeaks()::iterator) {
            LeakTrace trace = leak.getLeakTraces().get(0);
            StringBuilder ids = new StringBuilder();
            ids.append('\t').append(idOf(trace.getLeakingObject().getLabels()));
            List<LeakTraceReference> steps = trace.getReferencePath();
            for (int step = steps.size() - 1; step >= 0; step--) ids.append('\t').append(idOf(steps.get(step).getOriginObject().getLabels()));
            return trace.getGcRootType().name() + ids;
        }
        return "none";
    }

    private static String idOf(Set<String> labels) {
        for (String label : labels) if (label.startsWith("id=")) return label.substring(3);
        throw new IllegalStateException("no label");
    }
}
