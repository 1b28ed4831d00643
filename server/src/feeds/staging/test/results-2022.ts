/**
 * What happened, written down apart from any file, so that a mistake of the importer cannot agree with itself: home, away,
 * goals after extra time, and the kicks scored where there was a shoot-out.
 */
export const RESULTS_2022 = `
QAT ECU 0 2
SEN NED 0 2
QAT SEN 1 3
NED ECU 1 1
NED QAT 2 0
ECU SEN 1 2
ENG IRN 6 2
USA WAL 1 1
WAL IRN 0 2
ENG USA 0 0
WAL ENG 0 3
IRN USA 0 1
ARG KSA 1 2
MEX POL 0 0
POL KSA 2 0
ARG MEX 2 0
POL ARG 0 2
KSA MEX 1 2
DEN TUN 0 0
FRA AUS 4 1
TUN AUS 0 1
FRA DEN 2 1
AUS DEN 1 0
TUN FRA 1 0
GER JPN 1 2
ESP CRC 7 0
JPN CRC 0 1
ESP GER 1 1
JPN ESP 2 1
CRC GER 2 4
MAR CRO 0 0
BEL CAN 1 0
BEL MAR 0 2
CRO CAN 4 1
CRO BEL 0 0
CAN MAR 1 2
SUI CMR 1 0
BRA SRB 2 0
CMR SRB 3 3
BRA SUI 1 0
SRB SUI 2 3
CMR BRA 1 0
URU KOR 0 0
POR GHA 3 2
KOR GHA 2 3
POR URU 2 0
GHA URU 0 2
KOR POR 2 1
NED USA 3 1
ARG AUS 2 1
FRA POL 3 1
ENG SEN 3 0
JPN CRO 1 1 1 3
BRA KOR 4 1
MAR ESP 0 0 3 0
POR SUI 6 1
CRO BRA 1 1 4 2
NED ARG 2 2 3 4
MAR POR 1 0
ENG FRA 1 2
ARG CRO 3 0
FRA MAR 2 0
CRO MAR 2 1
ARG FRA 3 3 4 2
`
  .trim()
  .split('\n')
  .map((row) => {
    const [home, away, ...counts] = row.split(' ');
    const [homeGoals, awayGoals, homeKicks, awayKicks] = counts.map(Number);
    return {
      id: `2022-${home}-${away}`,
      score: { home: homeGoals, away: awayGoals },
      shootout: homeKicks === undefined ? undefined : { home: homeKicks, away: awayKicks },
    };
  });

/** Every goal of some matches, as `minute side player`: penalties, own goals, stoppage and extra time are among them. */
export const SCORERS_2022: Readonly<Record<string, readonly string[]>> = {
  '2022-QAT-ECU': ['16 away Enner Valencia (pen.)', '31 away Enner Valencia'],
  '2022-ARG-KSA': ['10 home Lionel Messi (pen.)', '48 away Saleh Alshehri', '53 away Salem Aldawsari'],
  '2022-CAN-MAR': ['4 away Hakim Ziyech', '23 away Youssef En Nesyri', '40 home Nayef Aguerd (o.g.)'],
  '2022-WAL-IRN': ['90+8 away Roozbeh Cheshmi', '90+11 away Ramin Rezaeian'],
  '2022-CRO-BRA': ['105+1 away Neymar', '117 home Bruno Petkovic'],
  '2022-NED-ARG': [
    '35 away Nahuel Molina',
    '73 away Lionel Messi (pen.)',
    '83 home Wout Weghorst',
    '90+11 home Wout Weghorst',
  ],
  '2022-ARG-FRA': [
    '23 home Lionel Messi (pen.)',
    '36 home Angel Di Maria',
    '80 away Kylian Mbappe (pen.)',
    '81 away Kylian Mbappe',
    '108 home Lionel Messi',
    '118 away Kylian Mbappe (pen.)',
  ],
};
