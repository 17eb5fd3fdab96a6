// Questions to the server that this page came from.

/** Where the server is gone, or says no: the message is for people. */
export class Failed extends Error {}

/** @param name - what is asked: `level`, `play`, `record` */
export async function ask(name, question) {
  let response;
  try {
    response = await fetch(name, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
  } catch {
    throw new Failed(
      'race-lab play does not answer: it has ended. Start it again; your place stands in the address, behind the #.',
    );
  }
  const answer = await response.json();
  if (!response.ok) throw new Failed(answer.error);
  return answer;
}
