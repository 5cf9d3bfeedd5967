/** What cannot be done, in words for the student; the machine is where it was. */
export class Refused extends Error {
	override name = 'Refused';
}
