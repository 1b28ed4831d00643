import { describe, expect, it } from 'vitest';
import { formatPlayerName } from './player-name.ts';

describe('a name of the match sheets', () => {
  it.each([
    ['Kylian MBAPPE', 'Kylian Mbappe'],
    ['SAAD ALSHEEB', 'Saad Alsheeb'],
    ['NEYMAR', 'Neymar'],
    ['VINICIUS JR', 'Vinicius Jr'],
    ['SON Heungmin', 'Son Heungmin'],
    ['Trent ALEXANDER-ARNOLD', 'Trent Alexander-Arnold'],
    ['Eric Maxim CHOUPO-MOTING', 'Eric Maxim Choupo-Moting'],
    ['Virgil VAN DIJK', 'Virgil van Dijk'],
    ['Frenkie DE JONG', 'Frenkie de Jong'],
    ['Nicolas DE LA CRUZ', 'Nicolas de la Cruz'],
    ['Kevin DE BRUYNE', 'Kevin De Bruyne'],
    ['Rodrigo DE PAUL', 'Rodrigo De Paul'],
    ['Angel DI MARIA', 'Angel Di Maria'],
    ['Alexis MAC ALLISTER', 'Alexis Mac Allister'],
    ['Weston McKENNIE', 'Weston McKennie'],
    ['Jamie MacLAREN', 'Jamie MacLaren'],
    ['DeAndre YEDLIN', 'DeAndre Yedlin'],
    ['Youssouf Fofana', 'Youssouf Fofana'],
    ['RODRIGUEZ GUIDO', 'Guido Rodriguez'],
    ['DE KETELAERE', 'Charles De Ketelaere'],
  ])('%s reads %s', (sheet, name) => {
    expect(formatPlayerName(sheet)).toBe(name);
  });
});
