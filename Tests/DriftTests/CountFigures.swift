/// Figures of two-sample comparisons over cells, from the cases in shared/data/drift (real columns that scikit-learn,
/// NannyML and river carry; numpy 2 and scipy 1.17 computed the statistics).
struct CountFigures: Sendable {
  var name: String
  var reference: [Int]
  var current: [Int]
  var psiReplaced: Double
  var psiAddOne: Double
  var jensenShannon: Double
  var hellinger: Double
  var totalVariation: Double
  var chiSquare: Double
  var degrees: Int
  var p: Double
  /// At a true change of 0.005, 0.01 and 0.02.
  var tolerance: [Double]
  var logEvidence: Double
  /// The cells that moved most.
  var movers: [Int]
  var moverShares: [Double]

  static let all: [CountFigures] = [
    CountFigures(
      name: "num_age_2015_2018, 10 bins",
      reference: [
        6504, 6313, 7399, 6852, 6857, 7083, 6227, 7031, 7325, 7194,
      ],
      current: [
        6463, 6155, 7428, 7247, 7309, 6529, 5867, 7314, 8245, 7574,
      ],
      psiReplaced: 0.003389433419318237, psiAddOne: 0.003388476739385525,
      jensenShannon: 0.024719415776099186, hellinger: 0.02058186576574992,
      totalVariation: 0.02481134074132673, chiSquare: 117.63178739539725,
      degrees: 9, p: 4.076950318767029e-21,
      tolerance: [
        0.996156663216611, 1.0, 1.0,
      ],
      logEvidence: 39.78890889490775,
      movers: [8, 5, 6],
      moverShares: [0.32325366865381094, 0.2937689814348446, 0.16000022295929922]),
    CountFigures(
      name: "num_age_2015_2018, 20 bins",
      reference: [
        3049, 3455, 3759, 2554, 3590, 3809, 3489, 3363, 3139, 3718, 3459, 3624, 3031, 3196, 4097, 2934,
        3640, 3685, 3661, 3533,
      ],
      current: [
        3030, 3433, 3709, 2446, 3555, 3873, 3580, 3667, 3364, 3945, 3027, 3502, 2850, 3017, 4264, 3050,
        3885, 4360, 4155, 3419,
      ],
      psiReplaced: 0.004733777337654419, psiAddOne: 0.004731114105507585,
      jensenShannon: 0.029209005650644115, hellinger: 0.024321714664597833,
      totalVariation: 0.02742266127871662, chiSquare: 164.17948558688107,
      degrees: 19, p: 3.8952063089444026e-25,
      tolerance: [
        0.8547062246452268, 0.9999999999229936, 1.0,
      ],
      logEvidence: 47.098024155107765,
      movers: [17, 10, 18],
      moverShares: [0.27026453354027585, 0.2299669115014574, 0.13637909312180807]),
    CountFigures(
      name: "num_breast_radius, 10 bins",
      reference: [
        36, 36, 35, 36, 35, 36, 34, 37, 36, 36,
      ],
      current: [
        0, 0, 2, 1, 3, 3, 4, 10, 16, 173,
      ],
      psiReplaced: 3.8987337083809965, psiAddOne: 2.8186055226128772,
      jensenShannon: 0.6935021325090612, hellinger: 0.6215669150234021,
      totalVariation: 0.7151973997146028, chiSquare: 309.2327141750532,
      degrees: 9, p: 2.8681203253343537e-61,
      tolerance: [
        2.907167587086784e-58, 2.2986032218105773e-56, 1.4817641659145154e-53,
      ],
      logEvidence: 154.071451054459,
      movers: [9, 0, 1],
      moverShares: [0.3835661027259549, 0.17870741146699162, 0.17870741146699162]),
    CountFigures(
      name: "num_breast_radius, 20 bins",
      reference: [
        18, 18, 18, 18, 17, 18, 18, 18, 18, 17, 18, 18, 18, 16, 19, 18, 17, 19, 18, 18,
      ],
      current: [
        0, 0, 0, 0, 1, 1, 1, 0, 3, 0, 1, 2, 3, 1, 4, 6, 7, 9, 10, 163,
      ],
      psiReplaced: 4.54770871233301, psiAddOne: 2.9208900189431386,
      jensenShannon: 0.7318137300285499, hellinger: 0.6683304848550123,
      totalVariation: 0.718447756461075, chiSquare: 341.51121165675863,
      degrees: 19, p: 5.786203818315555e-61,
      tolerance: [
        5.803739919468841e-59, 1.933505629363414e-57, 5.0788536421486385e-55,
      ],
      logEvidence: 168.6613993469394,
      movers: [19, 0, 2],
      moverShares: [0.43042136533452413, 0.06885692015963771, 0.06885692015963771]),
    CountFigures(
      name: "num_ca_medinc, 10 bins",
      reference: [
        581, 586, 582, 583, 584, 583, 583, 583, 583, 584,
      ],
      current: [
        1278, 862, 848, 808, 761, 820, 764, 780, 726, 585,
      ],
      psiReplaced: 0.037860295279455974, psiAddOne: 0.03777143370059182,
      jensenShannon: 0.08235577915058268, hellinger: 0.06867914372879315,
      totalVariation: 0.06307664159138082, chiSquare: 125.65848459419797,
      degrees: 9, p: 9.247086092858522e-23,
      tolerance: [
        3.647710687254614e-11, 5.273399407182223e-07, 0.00566190038954559,
      ],
      logEvidence: 45.02479622712632,
      movers: [0, 9, 8],
      moverShares: [0.6517921129348271, 0.263358583625283, 0.03896603307079542]),
    CountFigures(
      name: "num_ca_medinc, 20 bins",
      reference: [
        292, 289, 294, 292, 291, 291, 292, 291, 292, 292, 292, 291, 292, 291, 292, 291, 292, 291, 292, 292,
      ],
      current: [
        744, 534, 411, 451, 442, 406, 429, 379, 376, 385, 440, 380, 402, 362, 411, 369, 389, 337, 301, 284,
      ],
      psiReplaced: 0.043481395396618314, psiAddOne: 0.04328058812121398,
      jensenShannon: 0.08813522612788291, hellinger: 0.07354939158624806,
      totalVariation: 0.06956492179470261, chiSquare: 142.87356530729159,
      degrees: 19, p: 5.143285681584505e-21,
      tolerance: [
        1.9732637276581648e-11, 2.1158221885841852e-07, 0.0026367708956330713,
      ],
      logEvidence: 40.62942367969234,
      movers: [0, 19, 18],
      moverShares: [0.5475461312136183, 0.133360001336413, 0.09761564323439596]),
    CountFigures(
      name: "num_null_halves, 10 bins",
      reference: [
        3353, 3447, 3399, 3398, 3403, 3400, 3400, 3400, 3400, 3400,
      ],
      current: [
        3243, 3452, 3389, 3440, 3339, 3449, 3470, 3343, 3469, 3406,
      ],
      psiReplaced: 0.00029191808027793383, psiAddOne: 0.0002917456035255005,
      jensenShannon: 0.007255496699988487, hellinger: 0.006040636347093517,
      totalVariation: 0.007088235294117638, chiSquare: 4.962350310299739,
      degrees: 9, p: 0.8375778442568781,
      tolerance: [
        0.9999999999999974, 1.0, 1.0,
      ],
      logEvidence: -3.5819230938688875,
      movers: [0, 6, 8],
      moverShares: [0.36968776167561834, 0.14372901770405633, 0.13967200176596467]),
    CountFigures(
      name: "num_null_halves, 20 bins",
      reference: [
        1699, 1654, 1747, 1700, 1700, 1699, 1699, 1699, 1690, 1713, 1700, 1700, 1689, 1711, 1700, 1700,
        1700, 1700, 1698, 1702,
      ],
      current: [
        1696, 1547, 1755, 1697, 1671, 1718, 1786, 1654, 1580, 1759, 1731, 1718, 1753, 1717, 1728, 1615,
        1778, 1691, 1760, 1646,
      ],
      psiReplaced: 0.0011088478968344976, psiAddOne: 0.0011075336159575655,
      jensenShannon: 0.014140116253252205, hellinger: 0.011772761666386165,
      totalVariation: 0.013147058823529425, chiSquare: 18.84602542925178,
      degrees: 19, p: 0.4667531036829622,
      tolerance: [
        0.9999999998311607, 1.0, 1.0,
      ],
      logEvidence: -3.7432390068271673,
      movers: [8, 1, 15],
      moverShares: [0.1963724752115058, 0.1898116291417511, 0.11564546980244321]),
    CountFigures(
      name: "num_score_2015_2018, 10 bins",
      reference: [
        6875, 6882, 6876, 6863, 6896, 6867, 6868, 6874, 6904, 6880,
      ],
      current: [
        6751, 6960, 7169, 7234, 7117, 7004, 6777, 6672, 7244, 7203,
      ],
      psiReplaced: 0.0008190800328092548, psiAddOne: 0.0008188457311937181,
      jensenShannon: 0.012153258398055629, hellinger: 0.01011839941913344,
      totalVariation: 0.012506687152653885, chiSquare: 28.441676941752334,
      degrees: 9, p: 0.0008045099559607427,
      tolerance: [
        1.0, 1.0, 1.0,
      ],
      logEvidence: 3.044758419161873,
      movers: [7, 0, 3],
      moverShares: [0.2882569943074257, 0.16913617048619364, 0.13708750040394932]),
    CountFigures(
      name: "num_score_2015_2018, 20 bins",
      reference: [
        3433, 3442, 3423, 3459, 3438, 3438, 3442, 3421, 3457, 3439, 3430, 3437, 3404, 3464, 3461, 3413,
        3466, 3438, 3437, 3443,
      ],
      current: [
        3259, 3492, 3449, 3511, 3437, 3732, 3633, 3601, 3604, 3513, 3321, 3683, 3315, 3462, 3259, 3413,
        3627, 3617, 3571, 3632,
      ],
      psiReplaced: 0.0014783377832047733, psiAddOne: 0.0014774912232380232,
      jensenShannon: 0.016326666149578253, hellinger: 0.013593335707356661,
      totalVariation: 0.015991516025647832, chiSquare: 51.32585870546673,
      degrees: 19, p: 8.341250542258798e-05,
      tolerance: [
        0.9999999999978689, 1.0, 1.0,
      ],
      logEvidence: 4.705294486702158,
      movers: [14, 0, 5],
      moverShares: [0.20686885991763443, 0.16607762619818112, 0.13705979128163456]),
    CountFigures(
      name: "cat_embarked",
      reference: [
        168, 77, 644,
      ],
      current: [
        102, 46, 270,
      ],
      psiReplaced: 0.02867970419338954, psiAddOne: 0.02925394659418351,
      jensenShannon: 0.07184583130167847, hellinger: 0.059845033372407444,
      totalVariation: 0.07847643446483066, chiSquare: 8.332684717891361,
      degrees: 2, p: 0.015508882433837417,
      tolerance: [
        0.0778190503074641, 0.16640901534837266, 0.3794802957569057,
      ],
      logEvidence: 1.107130924305686,
      movers: [0, 2, 1],
      moverShares: [0.4906007972668901, 0.3137474353122085, 0.19565176742090148]),
    CountFigures(
      name: "cat_schooling_2015_2018",
      reference: [
        1809, 1768, 946, 1298, 1262, 1523, 1557, 859, 11988, 1511, 3326, 7665, 965, 3915, 12626, 6894,
        1584, 1522, 764, 722, 761, 787, 908, 865, 960,
      ],
      current: [
        1800, 1796, 863, 1267, 1328, 1350, 1516, 888, 11564, 1479, 3439, 7359, 1031, 4035, 13684, 7745,
        1746, 1643, 727, 655, 786, 790, 853, 856, 931,
      ],
      psiReplaced: 0.0039168887918799, psiAddOne: 0.00391429918865805,
      jensenShannon: 0.02657331421691222, hellinger: 0.022125445981151837,
      totalVariation: 0.02782331689473595, chiSquare: 135.93336596063955,
      degrees: 24, p: 1.293626282527535e-17,
      tolerance: [
        0.9927806309361776, 0.9999999999999969, 1.0,
      ],
      logEvidence: 33.088847960736615,
      movers: [15, 14, 8],
      moverShares: [0.2529107329989149, 0.18034418174047062, 0.13279440340509405]),
    CountFigures(
      name: "canary_employment, 10 bins",
      reference: [
        4210, 2102, 2108, 2105, 2105, 2105, 2105, 2104, 2106,
      ],
      current: [
        341, 287, 188, 310, 449, 256, 231, 210, 55,
      ],
      psiReplaced: 0.20856922707892062, psiAddOne: 0.2065831817221327,
      jensenShannon: 0.18929963073719303, hellinger: 0.15946036044880169,
      totalVariation: 0.15966121141163273, chiSquare: 374.57625029348395,
      degrees: 8, p: 5.1068740167967365e-76,
      tolerance: [
        4.7611128903806735e-56, 1.555705681448395e-47, 1.3130773155268722e-36,
      ],
      logEvidence: 175.76533466959594,
      movers: [8, 4, 0],
      moverShares: [0.5286213216119011, 0.29292441828773635, 0.07971770447083447]),
    CountFigures(
      name: "canary_employment, 20 bins",
      reference: [
        4210, 1051, 1051, 1056, 1052, 1053, 1052, 1052, 1053, 1039, 1066, 1048, 1057, 1052, 1052, 1051,
        1055,
      ],
      current: [
        341, 210, 77, 73, 115, 118, 192, 236, 213, 143, 113, 94, 137, 149, 61, 36, 19,
      ],
      psiReplaced: 0.2754494965371567, psiAddOne: 0.2704166454412425,
      jensenShannon: 0.21745232790036043, hellinger: 0.18318262373150437,
      totalVariation: 0.2012960934684949, chiSquare: 510.3456273270757,
      degrees: 16, p: 2.1741856209324718e-98,
      tolerance: [
        1.4621749689992994e-77, 9.75801816949972e-68, 9.817677360887687e-55,
      ],
      logEvidence: 226.2147977442212,
      movers: [16, 15, 7],
      moverShares: [0.27637225304914725, 0.14657202935342498, 0.13216809179143454]),
  ]
}
