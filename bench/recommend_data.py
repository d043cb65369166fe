import sys
sys.path.insert(0,'/tmp/rb/tree')
import numpy as np
from advisor.engine.cascade import cascade_success, second_attempts
from advisor.recommend.problem import Program, Sum, Row
SHARE, FLOOR = 0.15, 0.9
def make(cells, options=40, makers=25, cascades=True, whole=True, seed=1, share=SHARE):
    rng=np.random.default_rng(seed)
    maker=np.concatenate([np.arange(makers), rng.integers(0,makers,options-makers)])
    level=rng.normal(0,1,options)               # how capable
    price=np.exp(0.9*level+rng.normal(0,0.5,options))
    skill=rng.normal(0.9,0.6,cells)
    chance=1/(1+np.exp(-(skill[:,None]+0.55*level+rng.normal(0,0.25,(cells,options)))))
    attempt=rng.lognormal(0,0.8,cells)[:,None]*price*rng.lognormal(0,0.25,(cells,options))
    count=rng.lognormal(7,1,cells)
    value=rng.lognormal(3.2,0.5,cells); rework=rng.lognormal(2,0.4,cells); review=rng.lognormal(1,0.4,cells)
    seen=np.where(rng.random(cells)<0.7,0.9,0.6)
    alone=np.arange(options)
    if cascades:
        a,b=np.meshgrid(alone,alone,indexing='ij'); off=a!=b
        first=np.r_[alone,a[off]]; second=np.r_[np.full(options,-1),b[off]]
    else: first=alone; second=np.full(options,-1)
    pair=second>=0; sec=np.where(pair,second,first)
    p1,p2=chance[:,first],chance[:,sec]
    p=np.where(pair,cascade_success(p1,p2,0.64,seen[:,None]),p1)
    again=np.where(pair,second_attempts(p1,seen[:,None],1.31),0)
    c1=count[:,None]*attempt[:,first]; c2=count[:,None]*again*attempt[:,sec]
    cost=c1+c2
    ref=int(np.argsort(level)[-6])
    worth=count[:,None]*(p*value[:,None]-review[:,None]-(1-p)*rework[:,None])
    gain=worth-cost
    done=count[:,None]*p; floor=count*chance[:,ref]
    J=len(first)
    cell=np.repeat(np.arange(cells),J); strat=np.tile(np.arange(J),cells)
    prog=Program(cells,cell,strat,gain.ravel(),whole,Sum(cost.ravel()))
    best=np.argmax(gain,axis=1); thrifty=np.argmax(gain-1.0*cost,axis=1)
    at=lambda t,i:t[np.arange(cells),i].sum()
    B=0.5*at(cost,best)+0.5*at(cost,thrifty)
    prog.hold('budget',Sum(cost.ravel(),{},-B))
    prog.hold('policy.min_quality_overall',Sum((FLOOR_OF(done,floor,thrifty,best,at)*floor[:,None]-done).ravel()))
    for v in range(makers):
        own=c1*(maker[first]==v)+c2*((maker[sec]==v)&pair)
        prog.hold('policy.max_vendor_share',Sum(own.ravel()).plus(prog.cost,-share))
    return prog
def FLOOR_OF(done,floor,thrifty,best,at):
    return 0.5*at(done,best)/floor.sum()+0.5*at(done,thrifty)/floor.sum()
