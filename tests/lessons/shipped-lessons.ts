import { lessonStates, readLessonMoments, type LessonState } from '../../cli/src/lesson-states.ts';
import { root, type Builder } from '../../cli/src/project.ts';

/** The shipped tree, built, and each stepped lesson's state and moments, as the site's build makes them. */
export function shippedLessons(builder: Builder): {
	outputs: ReadonlyMap<string, Uint8Array>;
	lessons: ReadonlyMap<string, LessonState>;
} {
	const outputs = builder.pristine();
	const states = lessonStates(readLessonMoments(root), outputs);
	return { outputs, lessons: new Map(states.map((each) => [each.lesson, each])) };
}
