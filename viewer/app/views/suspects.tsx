/**
 * What leaks, what keeps memory without need, what is wasted: problems first, each as a card that says what it rests on and where to go on.
 */
import {suspectCards} from '../../../src/database/queries/card-queries.js';
import {useQuery} from '../api.js';
import {cardOfSuspect} from '../finding-cards.js';
import {counted} from '../format.js';
import {href} from '../router.js';
import {sqlOf} from '../sql-text.js';
import {Empty, Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {CardList} from '../widgets/finding-card.js';
import {Screen} from '../widgets/screen.js';
import {SqlButton} from '../widgets/sql-button.js';

export function SuspectsView() {
  const {rows, failure, retry} = useQuery(suspectCards, {});
  const cards = rows?.map(cardOfSuspect) ?? [];
  const problems = cards.filter(({isProblem}) => isProblem).length;
  const tools = (
    <>
      <span class="muted">
        {rows && `${counted(problems, 'problem')}, ${counted(cards.length - problems, 'note')}: what is large and may well be meant`}
      </span>
      <SqlButton sql={sqlOf(suspectCards, {})} title={suspectCards.title} />
    </>
  );
  return (
    <Screen title="Suspects" tools={tools}>
      {failure && <FailureBox failure={failure} retry={retry} />}
      {rows === undefined && !failure && <Loading />}
      {rows?.length === 0 && (
        <Empty>
          Nothing stands out. <a href={href('holders')}>Holders</a> shows what keeps the memory.
        </Empty>
      )}
      {cards.length > 0 && <CardList label="Findings" cards={cards} />}
    </Screen>
  );
}
